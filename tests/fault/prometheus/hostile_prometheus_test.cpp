// A Prometheus, or what stands before it, that misbehaves.
#include <set>

#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

constexpr const char* kJson = "Content-Type: application/json\r\n";

class HostilePrometheus : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostilePrometheus() : HostileWindow(GetParam()) {}

    model::Signals against(HostileServer& server, base::Json settings = base::Json::object()) {
        settings["url"] = server.url();
        settings["maxSeries"] = 3000;
        const auto source =
            open("prometheus", std::move(settings), {{"token", base::Secret(kSecret)}});
        return collect(*source);
    }

    // The list of targets is answered, everything else by `rest`.
    static HostileServer::Script after_targets(std::function<void(Peer&)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request()) {
                if (!request->starts_with("GET /api/v1/targets")) return rest(peer);
                peer.answer(R"({"status":"success","data":{"activeTargets":[]}})", kJson);
            }
        };
    }
    static void every(Peer& peer, const std::string& body, const std::string& status = "200 OK",
                      const std::string& headers = kJson) {
        do {
            if (!peer.answer(body, headers, status)) return;
        } while (peer.read_request());
    }
};

TEST_P(HostilePrometheus, silence_at_any_point_is_a_timeout) {
    HostileServer mute([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_EQ(count(against(mute), Outcome::TimedOut), 1U);
    HostileServer later(after_targets([](Peer& peer) { peer.wait_for_close(); }));
    EXPECT_GE(count(against(later), Outcome::TimedOut), 1U);
}

// Two alerts on one quantity, which is a metric as it stands.
TEST_P(HostilePrometheus, no_query_is_sent_twice_in_one_window) {
    HostileServer server([](Peer& peer) {
        while (const auto request = peer.read_request()) {
            const bool range = request->find("/api/v1/query_range") != std::string::npos;
            if (!peer.answer(range ? R"({"status":"success","data":{"resultType":"matrix","result":[
                                         {"metric":{"__name__":"queue_depth","job":"shop"},
                                          "values":[[1790000000,"7"]]}]}})"
                                   : R"({"status":"success","data":[]})",
                             kJson))
                return;
        }
    });
    for (const char* number : {"1", "5"}) {
        model::Alert alert;
        alert.labels = {{"alertname", std::string("Deep") + number}};
        alert.generator_url = std::string("http://x/graph?g0.expr=queue_depth+%3E+") + number;
        incident.alerts.push_back(std::move(alert));
    }
    const auto out = against(server);
    std::multiset<std::string> queries;
    std::size_t of_the_metric = 0;
    for (const std::string& request : server.requests()) {
        if (request.find("/api/v1/query_range") == std::string::npos) continue;
        const std::string body = request.substr(request.find("\r\n\r\n") + 4);
        EXPECT_EQ(queries.count(body), 0U) << body;
        queries.insert(body);
        if (body.find("query=queue_depth&") != std::string::npos) ++of_the_metric;
    }
    EXPECT_LE(of_the_metric, 2U) << "one for the baseline, one for the incident";
    EXPECT_GE(of_the_metric, 1U);
    std::set<std::string> limits;
    bool raw = false;
    for (const auto& series : out.metrics) {
        if (series.name != "queue_depth") continue;
        const auto held_against = series.labels.find("alert_limit");
        if (held_against == series.labels.end())
            raw = true;
        else
            limits.insert(held_against->second);
    }
    EXPECT_EQ(limits, (std::set<std::string>{"> 1", "> 5"})) << "each alert has its own";
    EXPECT_TRUE(raw);
}

// Nothing says what was before such a window, and everything started at some time.
TEST_P(HostilePrometheus, a_start_long_ago_is_no_change_of_a_window_without_a_baseline) {
    const base::Nanos now = base::SystemClock().now();
    const std::string point = "[[" + std::to_string(now / base::kSecond - 30) + ",\"1600000000\"]]";
    HostileServer server([&](Peer& peer) {
        while (const auto request = peer.read_request()) {
            const bool range = request->find("/api/v1/query_range") != std::string::npos;
            const std::string series =
                R"({"status":"success","data":{"resultType":"matrix","result":[{"metric":)"
                R"({"__name__":"process_start_time_seconds","job":"shop"},"values":)" +
                point + "}]}}";
            if (!peer.answer(range ? series : R"({"status":"success","data":[]})", kJson)) return;
        }
    });
    model::Alert alert;
    alert.generator_url = "http://x/graph?g0.expr=process_start_time_seconds+%3E+0";
    incident.alerts.push_back(std::move(alert));
    const auto source = open("prometheus", {{"url", server.url()}});
    const auto out = source->collect(
        {incident, {now - base::kMinute, now, 0, 0}, base::Deadline::after(kWindow)});
    EXPECT_FALSE(out.metrics.empty());
    EXPECT_TRUE(out.changes.empty());
}

TEST_P(HostilePrometheus, a_trickle_ends_at_the_deadline) {
    HostileServer server(after_targets([](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{\"status\":");
        while (peer.send(" ") && peer.pause(milliseconds(20))) {
        }
    }));
    EXPECT_GE(count(against(server), Outcome::TimedOut), 1U);
}

TEST_P(HostilePrometheus, cut_answers_and_garbage_are_failures) {
    for (const char* body :
         {"{\"status\":\"success\",\"data\":", "<html>sign in</html>", "\xff\xfe\x00\x01",
          "[[[[[[[[[[", "{}", "{\"status\":\"success\"}", "{\"status\":\"success\",\"data\":1}{"}) {
        HostileServer server(after_targets([&](Peer& peer) { every(peer, body); }));
        const auto out = against(server);
        EXPECT_GE(count(out, Outcome::Failed), 3U) << body;
        EXPECT_TRUE(out.metrics.empty()) << body;
    }
    HostileServer reset(after_targets([](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    }));
    EXPECT_GE(count(against(reset), Outcome::Failed), 1U);
}

TEST_P(HostilePrometheus, data_of_any_shape_is_borne) {
    for (
        const char* data :
        {"null", "7", "[]", "{}", "\"x\"", R"({"result":[[],{},7,{"metric":3,"values":[[1]]}]})",
         R"({"groups":[{"rules":[{"name":7,"alerts":3}]}],"alerts":[{"labels":[]}]})",
         R"([{"__name__":5},{"seriesLabels":{},"exemplars":[{"labels":{"trace_id":[]}}]}])",
         R"({"activeTargets":[{"health":"down","labels":5,"scrapeInterval":-1}],"result":[{"metric":{"__name__":"kube_x"},"value":[]}]})"}) {
        const std::string body = std::string(R"({"status":"success","data":)") + data + "}";
        HostileServer server([&](Peer& peer) {
            if (peer.read_request()) every(peer, body);
        });
        against(server);
    }
}

TEST_P(HostilePrometheus, each_refusal_has_its_outcome) {
    const auto refused = [&](const std::string& status, const std::string& headers = kJson) {
        HostileServer server([&](Peer& peer) {
            if (peer.read_request())
                every(peer, R"({"status":"error","errorType":"x","error":"no"})", status, headers);
        });
        return against(server);
    };
    EXPECT_EQ(count(refused("401 Unauthorized"), Outcome::Denied), 1U);
    EXPECT_EQ(count(refused("403 Forbidden"), Outcome::Denied), 1U);
    EXPECT_GE(count(refused("429 Too Many Requests", "Retry-After: 99999\r\n"), Outcome::Failed),
              1U);
    EXPECT_GE(count(refused("500 Internal Server Error"), Outcome::Failed), 1U);
    EXPECT_GE(count(refused("503 Service Unavailable"), Outcome::Failed), 1U);
    EXPECT_GE(count(refused("302 Found", "Location: http://127.0.0.1:1/\r\n"), Outcome::Failed),
              1U);
}

TEST_P(HostilePrometheus, a_gibibyte_is_read_no_further_than_the_budget) {
    const std::string block(1U << 20, 'x');
    HostileServer server(after_targets([&](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n"
            "{\"status\":\"success\",\"data\":\"");
        while (peer.send(block)) {
        }
    }));
    const auto out = against(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostilePrometheus, a_stream_without_end_ends) {
    const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    HostileServer server(after_targets([&](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send(chunk)) {
        }
    }));
    const auto out = against(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

// Every range query brings fresh series: no more than maxSeries are kept, however many come.
TEST_P(HostilePrometheus, series_without_number_are_kept_up_to_the_budget) {
    std::atomic<int> made{0};
    HostileServer server([&](Peer& peer) {
        while (const auto request = peer.read_request()) {
            std::string data = R"({"activeTargets":[],"headStats":{"numSeries":5}})";
            if (request->find("/series") != std::string::npos) {
                data = "[";
                for (int i = 0; i < 20'000; ++i)
                    data += (i > 0 ? "," : "") + std::string(R"({"__name__":"m)") +
                            std::to_string(i) + R"(","job":"j"})";
                data += "]";
            } else if (request->find("/query_range") != std::string::npos) {
                data = R"({"resultType":"matrix","result":[)";
                for (int i = 0; i < 5'000; ++i)
                    data += (i > 0 ? "," : "") + std::string(R"({"metric":{"__name__":"m","i":")") +
                            std::to_string(made++) + R"("},"values":[[1795210000,"1"]]})";
                data += "]}";
            }
            if (!peer.answer(R"({"status":"success","data":)" + data + "}", kJson)) return;
        }
    });
    EXPECT_LE(against(server).metrics.size(), 3000U);
}

TEST_P(HostilePrometheus, a_certificate_of_somebody_else_is_refused_and_gets_no_token) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("prometheus", "IP:127.0.0.1");
    HostileServer server([](Peer& peer) { peer.read_request(); },
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto out = against(server, {{"caFile", good.authority_file()}});
    ASSERT_EQ(count(out, Outcome::Failed), 1U);
    EXPECT_THAT(out.coverage.front().note, HasSubstr("certificate"));
    EXPECT_TRUE(server.requests().empty()) << "no token for strangers";
}

INSIGHT_BOTH_ADAPTERS(HostilePrometheus);

}  // namespace
}  // namespace insight::test
