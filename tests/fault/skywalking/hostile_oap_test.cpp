// An OAP server that misbehaves: the window ends on time, with rows that say why, and within
// bounds.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

using base::Json;
using testing::Not;

constexpr const char* kJson = "Content-Type: application/json\r\n";

std::string fields(const char* type, std::initializer_list<const char*> names) {
    Json out = {{"name", type}, {"fields", Json::array()}};
    for (const char* name : names)
        out["fields"].push_back({{"name", name}, {"args", Json::array()}});
    return out.dump();
}

// The schema of a small server.
std::string schema() {
    return R"({"data":{"__schema":{"types":[)" +
           fields("Query", {"getTimeInfo", "listServices", "getGlobalTopology", "listMetrics",
                            "execExpression", "queryBasicTraces", "queryTrace", "getAlarm",
                            "queryLogs", "listInstances"}) +
           "," + fields("Service", {"id", "name", "layers", "normal"}) + "," +
           fields("Node", {"id", "name", "type", "isReal"}) + "," +
           fields("Log", {"serviceName", "timestamp", "content"}) + "," +
           fields("AlarmMessage", {"startTime", "id", "message"}) + R"(]}}})";
}

class HostileOap : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostileOap() : HostileWindow(GetParam()) {
        limit = milliseconds(2500);
        span = 15 * base::kMinute;
        incident.service = "shop";
    }

    std::unique_ptr<collectors::Source> open(const std::string& url, const std::string& ca = {}) {
        return HostileWindow::open("skywalking",
                                   {{"url", url},
                                    {"maxSeries", 1500},
                                    {"maxTraces", 400},
                                    {"maxLogs", 4000},
                                    {"caFile", ca}},
                                   {{"token", base::Secret(kSecret)}});
    }

    model::Signals collect(HostileServer& server, const std::string& ca = {}) {
        return HostileWindow::collect(*open(server.url(), ca));
    }

    // Introduces itself as a small server does; `rest` answers everything else.
    static HostileServer::Script introduced(
        std::function<void(Peer&, const std::string& request)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request()) {
                const auto asks = [&](const char* word) {
                    return request->find(word) != std::string::npos;
                };
                if (asks("__schema")) {
                    if (!peer.answer(schema(), kJson)) return;
                } else if (asks("getTimeInfo")) {
                    if (!peer.answer(R"({"data":{"getTimeInfo":{"timezone":"+0000",
                        "currentTimestamp":9999999999999}}})",
                                     kJson))
                        return;
                } else if (asks("listServices")) {
                    if (!peer.answer(R"({"data":{"q0":[{"id":"c2hvcA==.1","name":"shop",
                        "layers":["GENERAL"],"normal":true}]}})",
                                     kJson))
                        return;
                } else {
                    return rest(peer, *request);
                }
            }
        };
    }
};

TEST_P(HostileOap, one_that_never_answers_is_one_row) {
    HostileServer server([](Peer& peer) { peer.wait_for_close(); });
    const auto out = collect(server);
    ASSERT_EQ(out.coverage.size(), 1U);
    EXPECT_EQ(count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileOap, one_that_falls_silent_after_its_schema_times_out_row_by_row) {
    HostileServer server(introduced([](Peer& peer, const std::string&) { peer.wait_for_close(); }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 3U);
}

TEST_P(HostileOap, a_trickle_ends_at_the_deadline) {
    HostileServer server(introduced([](Peer& peer, const std::string&) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n"
            "\r\n{\"data\":{");
        while (peer.send(" ") && peer.pause(milliseconds(20))) {
        }
    }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 3U);
}

TEST_P(HostileOap, errors_in_a_200_are_failures_in_the_servers_words) {
    HostileServer server(introduced([](Peer& peer, const std::string&) {
        do {
            std::string errors;
            for (int i = 0; i < 40; ++i)
                errors += (i > 0 ? "," : "") +
                          std::string(R"({"message":"Exception while fetching data (/q0) : )"
                                      R"(java.io.IOException: all shards failed","path":["q)") +
                          std::to_string(i) + "\"]}";
            if (!peer.answer("{\"data\":null,\"errors\":[" + errors + "]}", kJson)) return;
        } while (peer.read_request());
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Failed), 3U);
    EXPECT_TRUE(out.metrics.empty() && out.spans.empty() && out.logs.empty());
    bool told = false;
    for (const auto& row : out.coverage)
        told = told || row.note.find("all shards failed") != std::string::npos;
    EXPECT_TRUE(told);
}

TEST_P(HostileOap, half_an_answer_is_used_and_the_other_half_is_said) {
    HostileServer server(introduced([](Peer& peer, const std::string& first) {
        std::optional<std::string> request = first;
        do {
            const bool series = request->find("fragment R") != std::string::npos;
            const std::string values =
                R"({"type":"TIME_SERIES_VALUES","results":[{"metric":{"labels":[]},"values":[)"
                R"({"id":"1700000000000","value":"7"}]}]})";
            if (!peer.answer(
                    series ? "{\"data\":{\"q0\":" + values +
                                 ",\"q1\":null,\"q2\":null},\"errors\":[{\"message\":\"no "
                                 "index\",\"path\":[\"q1\"]}]}"
                           : "{\"data\":{},\"errors\":[{\"message\":\"x\",\"path\":[\"q0\"]}]}",
                    kJson))
                return;
        } while ((request = peer.read_request()));
    }));
    const auto out = collect(server);
    EXPECT_FALSE(out.metrics.empty());
    EXPECT_GE(count(out, Outcome::Truncated), 1U);
    bool told = false;
    for (const auto& row : out.coverage)
        told = told || row.note.find("no index") != std::string::npos;
    EXPECT_TRUE(told);
}

TEST_P(HostileOap, cut_answers_and_garbage_are_failures) {
    for (const std::string& body :
         {std::string("{\"data\":{\"q0\":"), std::string("<html>sign in</html>"),
          std::string("\xff\xfe\x00\x01", 4), std::string("[]"), std::string("{}"),
          std::string("{\"data\":7}"), "{\"data\":" + std::string(200'000, '['),
          "{\"data\":{\"q0\":" + std::string(255, '[') + std::string(255, ']') + "}}",
          std::string(R"({"data":{"q0":7,"q1":"x","q2":[7,null,{"spans":7}],"q3":{"traces":[7,
              {"traceIds":[7]},{"traceIds":["t"],"start":"x"}],"logs":[null,7],"msgs":{"a":1}}}})"),
          std::string(R"({"errors":{"a":1},"data":{"q0":null}})"),
          std::string(R"({"errors":[7,null,{"path":7}],"data":null})")}) {
        HostileServer server(introduced([&](Peer& peer, const std::string&) {
            do {
                if (!peer.answer(body, kJson)) return;
            } while (peer.read_request());
        }));
        const auto out = collect(server);
        EXPECT_TRUE(out.metrics.empty()) << body.substr(0, 60);
        EXPECT_TRUE(out.spans.empty()) << body.substr(0, 60);
    }
    HostileServer reset(introduced([](Peer& peer, const std::string&) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    }));
    EXPECT_GE(count(collect(reset), Outcome::Failed), 3U);
}

TEST_P(HostileOap, each_refusal_has_its_outcome) {
    const auto refused = [&](const std::string& status, const std::string& headers) {
        HostileServer server([&](Peer& peer) {
            while (peer.read_request())
                if (!peer.answer("no", headers, status)) return;
        });
        const auto out = collect(server);
        EXPECT_EQ(out.coverage.size(), 1U) << status;
        return out.coverage.front();
    };
    EXPECT_EQ(refused("401 Unauthorized", "").outcome, Outcome::Denied);
    EXPECT_EQ(refused("403 Forbidden", "").outcome, Outcome::Denied);
    EXPECT_THAT(refused("404 Not Found", "").note, HasSubstr("port 12800"));
    EXPECT_THAT(refused("429 Too Many Requests", "Retry-After: 99999\r\n").note,
                HasSubstr("too busy"));
    EXPECT_EQ(refused("500 Internal Server Error", "").outcome, Outcome::Failed);
    EXPECT_THAT(refused("503 Service Unavailable", "").note, HasSubstr("storage"));
}

TEST_P(HostileOap, a_gibibyte_is_read_no_further_than_the_budget) {
    const std::string item = "{\"traceIds\":[\"t\"],\"pad\":\"" + std::string(60'000, 'x') + "\"},";
    HostileServer server(introduced([&](Peer& peer, const std::string&) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"data\":{\"q0\":{\"traces\":[");
        while (peer.send(item)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
    EXPECT_TRUE(out.spans.empty());
}

TEST_P(HostileOap, lists_without_end_end_with_what_fits) {
    std::atomic<int> number{0};
    HostileServer server(introduced([&](Peer& peer, const std::string& first) {
        std::optional<std::string> request = first;
        do {
            // every trace is new, of now, and has more spans than anybody needs
            std::string list;
            const std::string now = std::to_string(base::SystemClock().now() / 1'000'000 - 60'000);
            for (int i = 0; i < 500; ++i)
                list += (i > 0 ? "," : "") + std::string("{\"start\":\"") + now +
                        "\",\"traceIds\":[\"t" + std::to_string(number++) +
                        "\"],\"timestamp\":" + now + ",\"content\":\"line\"}";
            std::string spans;
            for (int i = 0; i < 300; ++i)
                spans += (i > 0 ? "," : "") +
                         std::string("{\"traceId\":\"t\",\"segmentId\":\"s\",\"spanId\":") +
                         std::to_string(i) + ",\"parentSpanId\":" + std::to_string(i - 1) +
                         ",\"startTime\":" + now + ",\"endTime\":" + now +
                         ",\"serviceCode\":\"shop\"}";
            std::string data;
            for (int i = 0; i < 48; ++i)
                data += (i > 0 ? "," : "") + std::string("\"q") + std::to_string(i) +
                        "\":{\"traces\":[" + (i < 6 ? list : "") + "],\"logs\":[" +
                        (i < 6 ? list : "") + "],\"spans\":[" + spans + "]}";
            if (!peer.answer("{\"data\":{" + data + "}}", kJson)) return;
        } while ((request = peer.read_request()));
    }));
    const auto out = collect(server);
    EXPECT_LE(out.spans.size(), 40'000U);
    EXPECT_LE(out.logs.size(), 4'400U);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileOap, a_certificate_that_nobody_vouches_for_is_refused_with_the_reason) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("oap", "IP:127.0.0.1");
    HostileServer server(introduced([](Peer& peer, const std::string&) { peer.answer("{}"); }),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto out = collect(server, good.authority_file());
    ASSERT_EQ(count(out, Outcome::Failed), 1U);
    EXPECT_THAT(out.coverage.front().note, HasSubstr("certificate"));
    for (const std::string& request : server.requests())
        EXPECT_THAT(request, Not(HasSubstr("sesame"))) << "no token for strangers";
    const auto probes =
        open(server.url(), good.authority_file())->probe(base::Deadline::after(limit));
    ASSERT_FALSE(probes.empty());
    EXPECT_FALSE(probes.front().ok);
    EXPECT_FALSE(probes.front().fix.empty());
}

INSIGHT_BOTH_ADAPTERS(HostileOap);

}  // namespace
}  // namespace insight::test
