// The API for programs: shapes, paging, reports, questions, streams.
#include "agent/chat/found_evidence.h"
#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

using Api = LiveServer;

TEST_F(Api, says_that_nothing_is_there) {
    start();
    for (const char* target : {"/nothing", "/api/v1/incidents/", "/api/v2/incidents", "//"}) {
        EXPECT_EQ(get(target).status, 404) << target;
        message(get(target));
    }
    for (const char* target :
         {"/api/v1/incidents/inc-none", "/api/v1/incidents/..%2f..%2fetc%2fpasswd",
          "/api/v1/incidents/inc-none/report", "/api/v1/incidents/inc-none/snapshot",
          "/api/v1/incidents/inc-none/events", "/api/v1/incidents/inc-none/evidence/E1",
          "/api/v1/incidents/%00", "/api/v1/incidents/%ff%fe"})
        EXPECT_EQ(message(get(target)).empty(), false) << target;
    EXPECT_EQ(get("/api/v1/incidents/inc-none").status, 404);
}

TEST_F(Api, names_the_methods_a_path_takes) {
    start();
    const Answer wrong = send("DELETE", "/api/v1/incidents");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.headers.at("allow"), "GET, HEAD");
    EXPECT_EQ(get("/api/v1/alerts/alertmanager").headers.at("allow"), "POST");
    EXPECT_EQ(send("BREW", "/login").headers.at("allow"), "GET, HEAD, POST");
}

TEST_F(Api, keeps_a_sane_request_id_and_replaces_others) {
    start();
    EXPECT_EQ(get("/healthz", "X-Request-Id: abc-1.2_3\r\n").headers.at("x-request-id"),
              "abc-1.2_3");
    for (const std::string& given :
         {std::string("a b"), std::string("<script>"), std::string(65, 'a'), std::string("")}) {
        const std::string id =
            get("/healthz", "X-Request-Id: " + given + "\r\n").headers.at("x-request-id");
        EXPECT_TRUE(id.starts_with("req-")) << id;
    }
}

TEST_F(Api, lists_incidents_newest_first_in_pages) {
    start();
    for (int i = 0; i < 5; ++i) {
        const Answer asked =
            send("POST", "/api/v1/analyze", "", R"({"question":"why )" + std::to_string(i) + "\"}");
        ASSERT_EQ(asked.status, 202) << asked.body;
    }
    std::vector<std::string> seen;
    std::string before;
    for (int page = 0; page < 3; ++page) {
        const base::Json rows =
            data(get("/api/v1/incidents?limit=2" + (before.empty() ? "" : "&before=" + before)));
        for (const base::Json& row : rows["incidents"]) seen.push_back(row["title"]);
        if (rows["next"].is_null()) break;
        before = rows["next"].get<std::string>();
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"why 4", "why 3", "why 2", "why 1", "why 0"}));
    for (const char* limit : {"0", "-1", "201", "x", "1e3", "", "99999999999999999999"})
        EXPECT_EQ(get("/api/v1/incidents?limit=" + std::string(limit)).status, 400) << limit;
}

TEST_F(Api, shows_an_incident_with_times_people_can_read) {
    start();
    const std::string id = reported();
    const base::Json incident = data(get("/api/v1/incidents/" + id));
    EXPECT_EQ(incident["state"], "reported");
    EXPECT_EQ(incident["verdict"], "cause");
    EXPECT_EQ(incident["alerts"].size(), 2U);
    EXPECT_EQ(incident["alerts"][0]["startsAt"], "2026-11-20T21:31:47.31208596Z");
    EXPECT_TRUE(incident["alerts"][0]["endsAt"].is_null());
    EXPECT_EQ(incident["resolvedAt"], nullptr);
}

TEST_F(Api, gives_the_report_in_three_forms_with_an_etag) {
    start();
    const std::string id = reported();
    const std::string base = "/api/v1/incidents/" + id + "/report";
    for (const auto& [format, type] : std::vector<std::pair<std::string, std::string>>{
             {"", "application/json"},
             {"?format=json", "application/json"},
             {"?format=markdown", "text/markdown; charset=utf-8"},
             {"?format=html", "text/html; charset=utf-8"}}) {
        const Answer answer = get(base + format);
        EXPECT_EQ(answer.status, 200) << format;
        EXPECT_EQ(answer.headers.at("content-type"), type);
        EXPECT_FALSE(answer.body.empty());
        const std::string tag = answer.headers.at("etag");
        EXPECT_EQ(get(base + format, "If-None-Match: " + tag + "\r\n").status, 304) << format;
        EXPECT_EQ(get(base + format, "If-None-Match: \"other\"\r\n").status, 200);
    }
    EXPECT_EQ(data(get(base))["summary"], "s");
    EXPECT_EQ(get(base + "?format=pdf").status, 400);
}

TEST_F(Api, gives_evidence_and_snapshot) {
    start();
    const std::string base = "/api/v1/incidents/" + reported();
    EXPECT_EQ(data(get(base + "/evidence/E1"))["title"], "t");
    EXPECT_EQ(get(base + "/evidence/E2").status, 404);
    EXPECT_EQ(get(base + "/evidence/C0123456789abcdef").status, 404);
    const Answer snapshot = get(base + "/snapshot");
    EXPECT_EQ(snapshot.headers.at("content-type"), "application/zstd");
    EXPECT_TRUE(snapshot.headers.at("content-disposition").starts_with("attachment; filename="));
    EXPECT_EQ(snapshot.body, std::string("zstd\0bytes", 10));
}

TEST_F(Api, gives_evidence_that_an_answer_found_and_only_to_its_incident) {
    start();
    const std::string incident = reported();
    model::Evidence evidence;
    evidence.title = "log lines";
    evidence.content = {{"kind", "logs"}, {"lines", {{{"body", "OOM"}}}}};
    evidence.digest = std::string(64, 'a');
    const std::string id = agent::chat::lasting_id(evidence);
    ASSERT_TRUE(agent::chat::keep_evidence(store->documents(), incident, evidence));
    ASSERT_TRUE(agent::chat::keep_evidence(store->documents(), incident, evidence)) << "twice";
    const std::string base = "/api/v1/incidents/" + incident + "/evidence/";
    const base::Json told = data(get(base + id));
    EXPECT_EQ(told["id"], id);
    EXPECT_EQ(told["content"]["lines"][0]["body"], "OOM");
    EXPECT_EQ(get(base + "C" + std::string(16, 'b')).status, 404);
    EXPECT_EQ(get("/api/v1/incidents/inc-none/evidence/" + id).status, 404);
}

TEST_F(Api, says_that_a_report_is_on_its_way) {
    start();
    const base::Json accepted = data(deliver(sample("grouped.json")));
    const std::string base = "/api/v1/incidents/" + accepted["incidents"][0].get<std::string>();
    EXPECT_EQ(get(base + "/report").status, 404);
    EXPECT_NE(message(get(base + "/report")).find("being investigated"), std::string::npos);
    EXPECT_EQ(get(base + "/snapshot").status, 404);
    EXPECT_EQ(get(base + "/evidence/E1").status, 404);
}

TEST_F(Api, opens_an_incident_for_a_question_and_queues_it) {
    start();
    const Answer answer = send("POST", "/api/v1/analyze", "",
                               R"({"question":"why is it slow","service":"pay","since":"1h"})");
    EXPECT_EQ(answer.status, 202);
    const base::Json incident = data(answer);
    EXPECT_EQ(answer.headers.at("location"),
              "/api/v1/incidents/" + incident["id"].get<std::string>());
    EXPECT_EQ(incident["origin"], "question");
    const auto job = store->claim(clock.now(), base::kMinute);
    ASSERT_TRUE(job && *job);
    EXPECT_EQ((*job)->incident, incident["id"]);
}

TEST_F(Api, refuses_bad_questions_with_the_key_to_change) {
    start();
    for (const auto& [body, word] : std::vector<std::pair<std::string, std::string>>{
             {"", "JSON"},
             {"[]", "question"},
             {"{}", "question"},
             {R"({"question":""})", "question"},
             {R"({"question":5})", "question"},
             {R"({"question":"a","sinc":"1h"})", "sinc"},
             {R"({"question":"a","since":"yesterday"})", "since"},
             {R"({"question":"a","until":"2999-01-01T00:00:00Z"})", "until"},
             {R"({"question":")" + std::string(2001, 'x') + "\"}", "2001"}}) {
        const Answer answer = send("POST", "/api/v1/analyze", "", body);
        EXPECT_EQ(answer.status, 400) << body;
        EXPECT_NE(message(answer).find(word), std::string::npos) << message(answer);
    }
    const std::string large(300U << 10, ' ');
    EXPECT_EQ(send("POST", "/api/v1/analyze", "", large).status, 413);
}

TEST_F(Api, streams_a_question_until_its_report) {
    start();
    RawClient raw(server->port());
    const std::string body = R"({"question":"why"})";
    raw.send(
        "POST /api/v1/analyze HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
    const Answer head = raw.read_answer(true);
    EXPECT_EQ(head.headers.at("content-type"), "text/event-stream");
    EXPECT_NE(raw.read_until("\n\n").find(R"("state":"open")"), std::string::npos);
    const auto job = store->claim(clock.now(), base::kMinute);
    ASSERT_TRUE(job && *job);
    ASSERT_TRUE(store->put_report(**job, "{\n\"a\": 1\n}", "cause", 0.9, "found"));
    server->changed();
    const std::string rest = raw.read_to_end();
    EXPECT_NE(rest.find(R"("state":"reported")"), std::string::npos) << rest;
    EXPECT_NE(rest.find("event: report\ndata: {\ndata: \"a\": 1\ndata: }\n\n"), std::string::npos)
        << rest;
    EXPECT_TRUE(rest.ends_with("0\r\n\r\n"));
}

TEST_F(Api, follows_an_incident_changed_by_another_process) {
    start();
    const base::Json accepted = data(deliver(sample("grouped.json")));
    RawClient raw(server->port());
    raw.send("GET /api/v1/incidents/" + accepted["incidents"][0].get<std::string>() +
             "/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
    raw.read_answer(true);
    EXPECT_NE(raw.read_until("\n\n").find(R"("state":"open")"), std::string::npos);
    const auto job = store->claim(clock.now(), base::kMinute);
    ASSERT_TRUE(job && *job);
    ASSERT_TRUE(store->put_report(**job, "{}", "nothing_wrong", 0.9, "fine"));
    EXPECT_NE(raw.read_until("\n\n").find(R"("verdict":"nothing_wrong")"), std::string::npos);
    EXPECT_NE(raw.read_until("\n\n").find("event: report"), std::string::npos);
}

TEST_F(Api, tells_machines_how_it_is) {
    start();
    EXPECT_EQ(data(get("/healthz"))["status"], "ok");
    EXPECT_EQ(data(get("/readyz"))["status"], "ready");
    deliver(sample("grouped.json"));
    get("/nothing-of-that-name");
    deliver("{");
    const Answer metrics = get("/metrics");
    EXPECT_TRUE(metrics.headers.at("content-type").starts_with("text/plain; version=0.0.4"));
    for (const char* line :
         {"insight_build_info{version=\"9.9.9\"} 1", "insight_webhook_deliveries_total 1",
          "insight_webhook_alerts_total 2", "insight_incidents 1", "insight_jobs_queued 1",
          R"(insight_http_requests_total{code="200",route="/healthz"} 1)",
          R"(insight_http_requests_total{code="400",route="/api/v1/alerts/alertmanager"} 1)",
          R"(insight_http_requests_total{code="404",route="none"} 1)",
          "insight_http_request_seconds_bucket{", "# TYPE insight_store_commits_total counter"})
        EXPECT_NE(metrics.body.find(line), std::string::npos) << line << "\n" << metrics.body;
    EXPECT_EQ(metrics.body.find("nothing-of-that-name"), std::string::npos)
        << "paths as sent must not become labels";
}

}  // namespace
}  // namespace insight::http::test
