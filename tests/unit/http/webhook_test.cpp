// Alertmanager's deliveries: the answers it gets, good and bad.
#include "tests/unit/http/live_server.h"

namespace insight::http::test {
namespace {

using Webhook = LiveServer;

TEST_F(Webhook, acknowledges_what_is_in_the_store) {
    start();
    const base::Json accepted = data(deliver(sample("grouped.json")));
    EXPECT_EQ(accepted["opened"], 1);
    ASSERT_EQ(accepted["incidents"].size(), 1U);
    const auto row = store->incident(accepted["incidents"][0].get<std::string>());
    ASSERT_TRUE(row.has_value());
    EXPECT_EQ(row->incident.alerts.size(), 2U);
    EXPECT_EQ(store->counters().deliveries, 1);
}

TEST_F(Webhook, keeps_no_credential_of_an_annotation) {
    start();
    base::Json body = base::Json::parse(sample("grouped.json"));
    base::Json& alert = body["alerts"][0];
    alert["annotations"] = {{"summary", "checkout cannot log in"},
                            {"runbook", "psql postgresql://app:hunter2pear@db/orders"},
                            {"dbPassword", "correct horse battery"}};
    alert["generatorURL"] = "http://prom:Sesame-4-Open@prometheus:9090/graph";
    const auto id = data(deliver(body.dump()))["incidents"][0].get<std::string>();
    const auto row = store->incident(id);
    ASSERT_TRUE(row.has_value());
    const std::string kept = base::dump_json(model::to_json(row->incident));
    EXPECT_EQ(kept.find("hunter2pear"), std::string::npos) << kept;
    EXPECT_EQ(kept.find("correct horse"), std::string::npos) << kept;
    EXPECT_EQ(kept.find("Sesame-4-Open"), std::string::npos) << kept;
    EXPECT_NE(kept.find("checkout cannot log in"), std::string::npos);
    EXPECT_NE(kept.find("postgresql://app:<password:"), std::string::npos) << kept;
    EXPECT_EQ(data(deliver(body.dump()))["opened"], 0) << "the same alert is the same incident";
}

TEST_F(Webhook, opens_nothing_twice) {
    start();
    const base::Json first = data(deliver(sample("grouped.json")));
    const base::Json again = data(deliver(sample("grouped.json")));
    EXPECT_EQ(again["opened"], 0);
    EXPECT_EQ(again["incidents"], first["incidents"]);
    EXPECT_EQ(store->counters().incidents, 1);
}

TEST_F(Webhook, takes_every_real_delivery) {
    start();
    for (const char* name : {"grouped.json", "truncated.json", "mixed.json", "resolved.json"})
        EXPECT_EQ(deliver(sample(name)).status, 200) << name;
}

TEST_F(Webhook, answers_bad_bodies_with_400_and_one_sentence_and_keeps_nothing) {
    start();
    std::string other_version = sample("grouped.json");
    other_version.replace(other_version.find(R"("version":"4")"), 13, R"("version":"3")");
    for (const std::string& body :
         {std::string("{"), std::string(""), std::string("not json"), std::string("[]"),
          std::string("{}"), std::string(R"({"version":"4"})"),
          std::string(R"({"version":"4","groupKey":"g","alerts":[1]})"),
          std::string(R"({"version":"4","groupKey":"g","alerts":{}})"), std::string(200000, '['),
          std::string("\xff\xfe"), other_version}) {
        const Answer answer = deliver(body);
        EXPECT_EQ(answer.status, 400) << body.substr(0, 80);
        const std::string said = message(answer);
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
    }
    EXPECT_EQ(store->counters().incidents, 0);
    EXPECT_EQ(deliver(sample("grouped.json")).status, 200);
}

TEST_F(Webhook, answers_too_large_with_413) {
    start();
    const Answer answer = deliver(std::string((1U << 20) + 1, ' '));
    EXPECT_EQ(answer.status, 413);
    EXPECT_NE(message(answer).find("1048577 bytes"), std::string::npos);
    std::string largest = sample("grouped.json");
    largest.resize(1U << 20, ' ');
    EXPECT_EQ(deliver(largest).status, 200) << "just the limit is allowed";
}

TEST_F(Webhook, wants_its_secret_where_one_is_configured) {
    config::Server config = loopback();
    config.webhook_secret = base::Secret("s3cret");
    start(config);
    const std::string body = sample("grouped.json");
    EXPECT_EQ(deliver(body).status, 401);
    EXPECT_EQ(deliver(body, bearer("wrong")).status, 401);
    EXPECT_EQ(deliver(body, bearer("s3cre")).status, 401);
    EXPECT_EQ(store->counters().incidents, 0);
    EXPECT_EQ(deliver(body, bearer("s3cret")).status, 200);
    EXPECT_EQ(deliver(body, "Authorization: bearer s3cret\r\n").status, 200);
    EXPECT_EQ(get("/api/v1/incidents").status, 200) << "the rest of the loopback stays open";
}

TEST_F(Webhook, takes_an_operator_token_as_well) {
    config::Server config = loopback();
    config.webhook_secret = base::Secret("s3cret");
    add_token("operate", store::Role::Operator);
    add_token("view", store::Role::Viewer);
    start(config);
    EXPECT_EQ(deliver(sample("grouped.json"), bearer("operate")).status, 200);
    EXPECT_EQ(deliver(sample("grouped.json"), bearer("view")).status, 403);
    EXPECT_EQ(get("/api/v1/incidents", bearer("s3cret")).status, 401)
        << "the secret is good for the webhook only";
}

TEST_F(Webhook, answers_many_at_once_each_with_its_own_incident) {
    start();
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t)
        threads.emplace_back([this, t, &good] {
            RawClient raw(server->port());
            for (int i = 0; i < 20; ++i) {
                const std::string key = std::to_string(t) + "-" + std::to_string(i);
                const std::string body =
                    R"({"version":"4","groupKey":")" + key +
                    R"(","truncatedAlerts":0,"receiver":"r","externalURL":"","alerts":[{"status":)"
                    R"("firing","labels":{"alertname":"A","k":")" +
                    key +
                    R"("},"annotations":{},"startsAt":"2026-11-20T21:31:47Z","endsAt":)"
                    R"("0001-01-01T00:00:00Z","generatorURL":"","fingerprint":"00"}]})";
                const Answer answer = raw.exchange(
                    "POST /api/v1/alerts/alertmanager HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + body);
                if (answer.status == 200 && data(answer)["opened"] == 1) ++good;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, 160);
    EXPECT_EQ(store->counters().incidents, 160);
}

}  // namespace
}  // namespace insight::http::test
