// The chat over HTTP: JSON, server-sent events, conversations, refusals.
#include "tests/tree.h"
#include "tests/unit/http/live_server.h"

namespace insight::http {
namespace {

using base::Json;

class ChatApi : public test::LiveServer {
  protected:
    void SetUp() override {
        LiveServer::SetUp();
        model::Incident incident;
        incident.id = "inc-0123456789abcdef";
        incident.opened_at = clock.now() - base::kMinute;
        incident.alerts.emplace_back().labels = {{"alertname", "CheckoutSlow"},
                                                 {"service", "checkout"}};
        ASSERT_TRUE(store->open(incident, true));
        const auto job = store->claim(clock.now(), base::kMinute);
        ASSERT_TRUE(job && *job);
        std::ifstream file(insight::test::tree() / "tests/unit/chat/report.json");
        const std::string report{std::istreambuf_iterator<char>(file), {}};
        ASSERT_TRUE(store->put_report(**job, report, "cause", 0.91, "Redis sessions evicts keys."));
        ASSERT_TRUE(store->finish(**job));
        start();
    }

    static Json data_of(const std::string& body) { return Json::parse(body).at("data"); }
    // The events of a streamed answer, out of their chunks.
    [[nodiscard]] std::string stream(const std::string& body) const {
        test::RawClient client(server->port());
        client.send(
            "POST /api/v1/chat HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            "Accept: text/event-stream\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
        EXPECT_EQ(client.read_answer().headers.at("content-type"), "text/event-stream");
        std::string events;
        while (true) {
            const std::size_t size = std::stoul("0" + client.read_until("\r\n"), nullptr, 16);
            if (size == 0) return events;
            std::string chunk;
            while (chunk.size() < size + 2) {
                const std::string more = client.read_until("\n");
                if (more.empty()) return events;
                chunk += more;
            }
            events += chunk.substr(0, size);
        }
    }
    test::Answer post(const std::string& target, const std::string& body,
                      const std::string& headers = {}) const {
        return send("POST", target, headers, body);
    }
};

TEST_F(ChatApi, a_question_is_answered_with_citations_and_the_conversation_goes_on) {
    const auto first = post("/api/v1/chat", R"({"question": "why is checkout slow?"})");
    ASSERT_EQ(first.status, 200) << first.body;
    const Json answer = data_of(first.body);
    EXPECT_EQ(answer["incident"], "inc-0123456789abcdef");
    EXPECT_NE(answer["answer"].get<std::string>().find("400 keys"), std::string::npos);
    EXPECT_EQ(answer["citations"][0]["id"], "E1");
    EXPECT_EQ(answer["by"], "engine");
    EXPECT_EQ(answer["complete"], true);
    const std::string id = answer["conversation"];
    const auto second =
        post("/api/v1/chat", Json{{"question", "what changed?"}, {"conversation", id}}.dump());
    EXPECT_EQ(data_of(second.body)["topic"], "changed");
    const auto conversation = get("/api/v1/chat/" + id);
    ASSERT_EQ(conversation.status, 200);
    EXPECT_EQ(data_of(conversation.body)["exchanges"].size(), 2U);
}

TEST_F(ChatApi, as_events_the_tokens_make_the_answer_and_the_last_event_is_final) {
    const std::string streamed = stream(R"({"question": "what happened?"})");
    std::string tokens;
    Json final;
    std::istringstream lines(streamed);
    std::string event;
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("event: ")) event = line.substr(7);
        if (line.starts_with("data: ") && event == "token")
            tokens += Json::parse(line.substr(6)).at("text").get<std::string>();
        if (line.starts_with("data: ") && event == "final") final = Json::parse(line.substr(6));
    }
    EXPECT_EQ(event, "final");
    EXPECT_EQ(final.at("answer"), tokens);
    EXPECT_EQ(final.at("incident"), "inc-0123456789abcdef");
}

TEST_F(ChatApi, an_error_while_streaming_is_an_event) {
    const std::string streamed =
        stream(R"({"question": "why?", "incident": "inc-ffffffffffffffff"})");
    EXPECT_NE(streamed.find("event: error"), std::string::npos) << streamed;
    EXPECT_EQ(streamed.find("event: final"), std::string::npos);
}

TEST_F(ChatApi, what_is_no_question_is_refused_in_words) {
    for (const std::string body : {R"({})", R"({"question": ""})", R"({"question": 3})", R"([1])",
                                   R"({"question": "x", "model": "y"})", "{"})
        EXPECT_EQ(post("/api/v1/chat", body).status, 400) << body;
    EXPECT_EQ(post("/api/v1/chat", Json{{"question", std::string(5000, 'x')}}.dump()).status, 400);
    EXPECT_EQ(post("/api/v1/chat", R"({"question": "why?", "conversation": "chat-none"})").status,
              404);
    EXPECT_EQ(get("/api/v1/chat/nothing").status, 404);
}

TEST_F(ChatApi, a_viewer_reads_conversations_and_asks_nothing) {
    add_token("viewers-token-000000000", store::Role::Viewer);
    const std::string viewer = bearer("viewers-token-000000000");
    ASSERT_TRUE(test::eventually([&] { return get("/api/v1/incidents").status == 401; }));
    EXPECT_EQ(post("/api/v1/chat", R"({"question": "why?"})", viewer).status, 403);
    EXPECT_EQ(get("/api/v1/chat/chat-00000000", viewer).status, 404);
}

TEST_F(ChatApi, a_server_that_stops_does_not_wait_for_an_investigation) {
    std::thread asking(
        [&] { (void)post("/api/v1/chat", R"({"question": "why is somethingelse slow?"})"); });
    ASSERT_TRUE(test::eventually([&] { return store->counters().queued_jobs == 1; }));
    const auto start = std::chrono::steady_clock::now();
    server.reset();
    asking.join();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

}  // namespace
}  // namespace insight::http
