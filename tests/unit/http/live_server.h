// The real server over the real store in memory, for the tests of routes.
#pragma once

#include <gtest/gtest.h>

#include <fstream>

#include "agent/http/server.h"
#include "core/base/crypto.h"
#include "tests/tree.h"
#include "tests/unit/http/raw_client.h"

namespace insight::http::test {

// Waits for what another thread will do soon; false after ten seconds.
template <typename Condition>
bool eventually(Condition condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
}

inline std::string sample(const std::string& name) {
    std::ifstream file(insight::test::tree() / "tests/unit/http/deliveries/" / name);
    return {std::istreambuf_iterator<char>(file), {}};
}

class LiveServer : public ::testing::Test {
  protected:
    static config::Server loopback() {
        config::Server server;
        server.address = "127.0.0.1";
        server.port = 0;
        return server;
    }

    // The usual limits, but changes of tokens are noticed soon.
    static Limits quick() {
        Limits limits;
        limits.token_memory = std::chrono::milliseconds(30);
        return limits;
    }

    void SetUp() override {
        auto opened = store::open_store("sqlite:");
        ASSERT_TRUE(opened.has_value()) << opened.error().text();
        store = std::move(*opened);
    }
    void TearDown() override { server.reset(); }

    void start(const config::Server& config = loopback(), const Limits& limits = quick()) {
        auto started = Server::start(config, {*store, clock, "9.9.9"}, limits);
        ASSERT_TRUE(started.has_value()) << started.error().text();
        server = std::move(*started);
    }

    void add_token(const std::string& token, store::Role role) {
        ASSERT_TRUE(store->put_token(base::sha256_hex(token),
                                     {"the " + std::string(store::name(role)), role, 1}));
    }

    Answer send(const std::string& method, const std::string& target,
                const std::string& headers = {}, const std::string& body = {}) const {
        std::string request = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" + headers;
        if (!body.empty() || method == "POST")
            request += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        return RawClient(server->port()).exchange(request + "\r\n" + body);
    }
    Answer get(const std::string& target, const std::string& headers = {}) const {
        return send("GET", target, headers);
    }
    Answer deliver(const std::string& body, const std::string& headers = {}) const {
        return send("POST", "/api/v1/alerts/alertmanager", headers, body);
    }
    static std::string bearer(const std::string& token) {
        return "Authorization: Bearer " + token + "\r\n";
    }

    // Every JSON answer is checked for its shape on the way.
    static base::Json envelope(const Answer& answer) {
        EXPECT_EQ(answer.headers.at("content-type"), "application/json");
        EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
        auto json = base::parse_json(answer.body, "the answer");
        EXPECT_TRUE(json.has_value()) << answer.body;
        if (!json) return {};
        const bool success = answer.status < 400;
        EXPECT_EQ((*json)["success"], success);
        EXPECT_EQ((*json)["error"].is_null(), success);
        EXPECT_EQ((*json)["data"].is_null(), !success);
        EXPECT_EQ((*json)["meta"]["version"], "9.9.9");
        EXPECT_EQ((*json)["meta"]["requestId"], answer.headers.at("x-request-id"));
        EXPECT_TRUE(
            base::parse_rfc3339((*json)["meta"]["timestamp"].get<std::string>()).has_value());
        if (!success) {
            EXPECT_FALSE((*json)["error"]["code"].get<std::string>().empty());
            EXPECT_FALSE((*json)["error"]["message"].get<std::string>().empty());
            EXPECT_TRUE((*json)["error"].contains("details"));
        }
        return *json;
    }
    static base::Json data(const Answer& answer) { return envelope(answer)["data"]; }
    static std::string message(const Answer& answer) {
        return envelope(answer)["error"]["message"].get<std::string>();
    }

    // An incident with a report, made the way the pipeline makes one. Gives its id.
    std::string reported(const std::string& report =
                             R"({"summary":"s","evidence":{"E1":{"title":"t","id":"E1"}}})") {
        const base::Json accepted = data(deliver(sample("grouped.json")));
        const std::string id = accepted["incidents"][0].get<std::string>();
        const auto job = store->claim(clock.now(), base::kMinute);
        EXPECT_TRUE(job && *job);
        EXPECT_TRUE(store->put_stage(**job, "snapshot", std::string("zstd\0bytes", 10)));
        EXPECT_TRUE(store->put_report(**job, report, "cause", 0.8, "the cause is known"));
        EXPECT_TRUE(store->finish(**job));
        return id;
    }

    base::SystemClock clock;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Server> server;
};

}  // namespace insight::http::test
