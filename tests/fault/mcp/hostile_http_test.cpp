// What answers at the url misbehaves: the window ends on time, with a row that says why.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr const char* kStream =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

std::string id_of(const std::string& request) {
    const std::size_t at = request.find("\"id\":");
    return at == std::string::npos ? "0" : std::to_string(std::atoi(request.c_str() + at + 5));
}

std::string result(const std::string& request, const std::string& value) {
    return R"({"jsonrpc":"2.0","id":)" + id_of(request) + R"(,"result":)" + value + "}";
}

// Answers all but calls, as a server of the stateless era does.
bool usual(Peer& peer, const std::string& request) {
    if (request.find("server/discover") != std::string::npos)
        return peer.answer(result(request, R"({"supportedVersions":["2026-07-28"],)"
                                           R"("resultType":"complete","capabilities":{}})"),
                           kJson);
    if (request.find("tools/list") != std::string::npos)
        return peer.answer(
            result(request, R"({"tools":[{"name":"look","inputSchema":{"type":"object",)"
                            R"("properties":{"zone":{"type":"string","x-mcp-header":"Zone"}}},)"
                            R"("annotations":{"readOnlyHint":true}}]})"),
            kJson);
    return false;
}

class HostileMcpSite : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostileMcpSite() : HostileWindow(GetParam()) { limit = milliseconds(2500); }

    model::Signals collect(const HostileServer& server, base::Json more = base::Json::object()) {
        more["url"] = server.url("/mcp");
        more["headers"] = {{"Authorization", "Bearer sesame-opens"}, {"X-Team", "shop"}};
        more["calls"] = {{{"tool", "look"}, {"arguments", {{"zone", "b\u00e4r"}}}}};
        return HostileWindow::collect(*open("mcp", std::move(more)));
    }
    // A server whose calls are answered by `rest`.
    model::CoverageRow call(const std::function<void(Peer&, const std::string&)>& rest) {
        HostileServer server([&](Peer& peer) {
            while (const auto request = peer.read_request())
                if (!usual(peer, *request)) return rest(peer, *request);
        });
        signals_ = collect(server);
        requests_ = server.requests();
        return row_of(signals_, "tools/call look");
    }

    model::Signals signals_;
    std::vector<std::string> requests_;
};

TEST_P(HostileMcpSite, one_that_behaves_gets_the_headers_of_its_revision) {
    const auto row = call([](Peer& peer, const std::string& request) {
        peer.answer(result(request, R"({"content":[{"type":"text","text":"fine"}]})"), kJson);
    });
    EXPECT_EQ(row.outcome, Outcome::Answered) << row.note;
    ASSERT_FALSE(requests_.empty());
    const std::string& last = requests_.back();
    EXPECT_EQ(sent_header(last, "MCP-Protocol-Version"), "2026-07-28");
    EXPECT_EQ(sent_header(last, "Mcp-Method"), "tools/call");
    EXPECT_EQ(sent_header(last, "Mcp-Name"), "look");
    EXPECT_EQ(sent_header(last, "Mcp-Param-Zone"), "=?base64?YsOkcg==?=");
    EXPECT_EQ(sent_header(last, "Authorization"), "Bearer sesame-opens");
    EXPECT_EQ(sent_header(last, "X-Team"), "shop");
    EXPECT_THAT(last, HasSubstr("io.modelcontextprotocol/protocolVersion"));
}

TEST_P(HostileMcpSite, an_answer_in_a_stream_comes_after_notes_and_questions) {
    const auto row = call([](Peer& peer, const std::string& request) {
        peer.send(kStream);
        peer.send(
            ": hello\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"method\":"
            "\"notifications/progress\"}\n\ndata: not json\n\nid: 7\ndata: ");
        for (const char byte : result(request, R"({"content":[{"type":"text","text":"ok"}]})")) {
            peer.send({&byte, 1});
        }
        peer.send("\n\n");
        peer.wait_for_close();  // the stream stays open: the answer is enough
    });
    EXPECT_EQ(row.outcome, Outcome::Answered) << row.note;
}

TEST_P(HostileMcpSite, silence_and_trickles_are_timeouts) {
    limit = milliseconds(800);
    EXPECT_EQ(call([](Peer& peer, const std::string&) { peer.wait_for_close(); }).outcome,
              Outcome::TimedOut);
    const auto trickle = call([](Peer& peer, const std::string&) {
        peer.send(kStream);
        while (peer.send(": still here\n\n") && peer.pause(milliseconds(20))) {
        }
    });
    EXPECT_EQ(trickle.outcome, Outcome::TimedOut) << trickle.note;
    HostileServer mute([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_EQ(collect(mute).coverage.front().outcome, Outcome::TimedOut);
}

TEST_P(HostileMcpSite, cut_answers_and_garbage_are_failures) {
    for (const char* body : {"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{", "<html>sign in</html>",
                             "\xff\xfe\x01", "[]", "null", ""}) {
        const auto row = call([&](Peer& peer, const std::string&) { peer.answer(body, kJson); });
        EXPECT_EQ(row.outcome, Outcome::Failed) << body;
    }
    const auto row = call([](Peer& peer, const std::string&) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    });
    EXPECT_EQ(row.outcome, Outcome::Failed);
    const auto ended = call([](Peer& peer, const std::string&) {
        peer.send(kStream);
        peer.send("data: {}\n\n");
    });
    EXPECT_EQ(ended.outcome, Outcome::Failed) << "a stream that ends without the answer";
}

TEST_P(HostileMcpSite, each_refusal_has_its_outcome) {
    const auto refused = [&](const std::string& status) {
        return call([&](Peer& peer, const std::string&) { peer.answer("no", "", status); });
    };
    EXPECT_EQ(refused("401 Unauthorized").outcome, Outcome::Denied);
    EXPECT_EQ(refused("403 Forbidden").outcome, Outcome::Denied);
    EXPECT_EQ(refused("404 Not Found").outcome, Outcome::Failed);
    EXPECT_THAT(refused("429 Too Many Requests").note, HasSubstr("overloaded"));
    EXPECT_EQ(refused("500 Internal Server Error").outcome, Outcome::Failed);
    HostileServer guarded([](Peer& peer) {
        while (peer.read_request()) peer.answer("who are you?", "", "401 Unauthorized");
    });
    const auto out = collect(guarded);
    EXPECT_EQ(out.coverage.front().outcome, Outcome::Denied);
    EXPECT_EQ(guarded.requests().size(), 1U) << "a refusal says nothing about the era";
    HostileServer elsewhere([](Peer& peer) {
        while (peer.read_request()) peer.answer("<html>404</html>", "", "404 Not Found");
    });
    EXPECT_THAT(collect(elsewhere).coverage.front().note, HasSubstr("correct the url"));
}

TEST_P(HostileMcpSite, a_gibibyte_or_a_stream_without_end_is_truncation) {
    limit = kHangs / 2;  // the budget of bytes ends it, on a busy machine, too
    const std::string block(1U << 20, 'x');
    const auto large = call([&](Peer& peer, const std::string&) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"a\":\"");
        while (peer.send(block)) {
        }
    });
    EXPECT_EQ(large.outcome, Outcome::Truncated) << large.note;
    const auto event = call([&](Peer& peer, const std::string&) {
        peer.send(kStream);
        peer.send("data: ");
        while (peer.send(block)) {
        }
    });
    EXPECT_EQ(event.outcome, Outcome::Truncated) << event.note;
    const auto flood = call([&](Peer& peer, const std::string&) {
        peer.send(kStream);
        while (peer.send("data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n")) {
        }
    });
    EXPECT_EQ(flood.outcome, Outcome::Truncated) << flood.note;
}

TEST_P(HostileMcpSite, a_session_that_was_forgotten_is_begun_anew) {
    std::atomic<int> sessions{0};
    std::atomic<bool> forgetful{true};
    HostileServer server([&](Peer& peer) {
        while (const auto request = peer.read_request()) {
            if (request->find("server/discover") != std::string::npos) {
                peer.answer(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"no"}})",
                            kJson, "400 Bad Request");
            } else if (request->find("\"initialize\"") != std::string::npos) {
                peer.answer(
                    result(*request, R"({"protocolVersion":"2025-06-18"})"),
                    std::string(kJson) + "Mcp-Session-Id: s" + std::to_string(++sessions) + "\r\n");
            } else if (request->find("notifications/initialized") != std::string::npos) {
                peer.answer("", "", "202 Accepted");
            } else if (request->starts_with("DELETE")) {
                peer.answer("");
            } else if (sent_header(*request, "Mcp-Session-Id") !=
                       "s" + std::to_string(sessions.load())) {
                peer.answer("gone", "", "404 Not Found");
            } else if (request->find("tools/call") != std::string::npos &&
                       forgetful.exchange(false)) {
                peer.answer("gone", "", "404 Not Found");
            } else if (!usual(peer, *request)) {
                peer.answer(result(*request, R"({"content":[{"type":"text","text":"ok"}]})"),
                            kJson);
            }
        }
    });
    const auto out = collect(server);
    EXPECT_EQ(row_of(out, "tools/call look").outcome, Outcome::Answered);
    EXPECT_EQ(sessions, 2);
    const auto requests = server.requests();
    EXPECT_THAT(requests, testing::Contains(testing::StartsWith("DELETE")));
    for (const std::string& request : requests)
        if (request.find("tools/call") != std::string::npos) {
            EXPECT_EQ(sent_header(request, "MCP-Protocol-Version"), "2025-06-18");
        }
}

TEST_P(HostileMcpSite, strangers_with_a_wrong_certificate_learn_nothing) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("mcp", "IP:127.0.0.1");
    HostileServer server([](Peer& peer) { peer.answer("{}"); },
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto out = collect(server, {{"caFile", good.authority_file()}});
    ASSERT_EQ(out.coverage.size(), 1U);
    EXPECT_EQ(out.coverage[0].outcome, Outcome::Failed);
    EXPECT_THAT(out.coverage[0].note, HasSubstr("certificate"));
    EXPECT_TRUE(server.requests().empty());
}

INSIGHT_BOTH_ADAPTERS(HostileMcpSite);

}  // namespace
}  // namespace insight::test
