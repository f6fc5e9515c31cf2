// A search cluster that misbehaves: the window ends on time, with a row that says why, and within
// bounds.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

using testing::Not;

constexpr const char* kJson = "Content-Type: application/json\r\n";

class HostileSearch : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostileSearch() : HostileWindow(GetParam()) { limit = milliseconds(2500); }

    std::unique_ptr<collectors::Source> open(const std::string& url,
                                             const base::Json& more = base::Json::object()) {
        base::Json settings{
            {"url", url}, {"logs", true}, {"health", true}, {"maxLines", 5000}, {"indices", "*"}};
        settings.update(more);
        return HostileWindow::open("elasticsearch", std::move(settings),
                                   {{"apiKey", base::Secret("sesame:sesame")}});
    }

    model::Signals collect(HostileServer& server, const base::Json& more = base::Json::object()) {
        return HostileWindow::collect(*open(server.url(), more));
    }

    // The root page of a real one; false for anything else.
    static bool root(Peer& peer, const std::string& request) {
        if (!request.starts_with("GET / ")) return false;
        return peer.answer(
            R"({"cluster_name":"t","version":{"number":"8.19.0"},"tagline":"You Know, for Search"})",
            kJson);
    }
    // Serves the root page, and everything else by `rest`.
    static HostileServer::Script after_root(std::function<void(Peer&)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request())
                if (!root(peer, *request)) return rest(peer);
        };
    }
    // A small, well server whose answers to searches with hits are `page`'s.
    static HostileServer::Script with_logs(std::function<std::string(int)> page) {
        const auto number = std::make_shared<std::atomic<int>>(0);
        return [page = std::move(page), number](Peer& peer) {
            while (const auto request = peer.read_request()) {
                if (root(peer, *request)) continue;
                const auto has = [&](const char* part) {
                    return request->find(part) != std::string::npos;
                };
                std::string body = "{}";
                if (has("/_field_caps"))
                    body = R"({"indices":["logs"],"fields":{"@timestamp":{"date":{}},
                        "message":{"text":{}},"log.level":{"keyword":{}},
                        "service.name":{"keyword":{}}}})";
                else if (has("/_pit"))
                    body = R"({"id":"p"})";
                else if (has("\"random_score\""))
                    body = page((*number)++);
                else if (has("/_search"))
                    body = R"({"hits":{"total":{"value":1000000}},"aggregations":{"part":{
                        "buckets":{"incident":{"doc_count":500000},
                        "baseline":{"doc_count":500000}}}}})";
                else if (has("/_cat/"))
                    body = "[]";
                if (!peer.answer(body, kJson)) return;
            }
        };
    }
    static std::string hit(const std::string& message) {
        return R"({"_source":{"message":")" + message +
               R"("},"fields":{"@timestamp":["2026-11-20T21:00:00.000Z"]},"sort":[0.5,1]})";
    }
    static std::string hits(const std::string& list) {
        return "{\"hits\":{\"hits\":[" + list + "]}}";
    }
};

TEST_P(HostileSearch, one_that_never_answers_is_a_timeout) {
    HostileServer server([](Peer& peer) { peer.wait_for_close(); });
    EXPECT_EQ(count(collect(server), Outcome::TimedOut), 1U);
}

TEST_P(HostileSearch, one_that_falls_silent_is_asked_no_more_and_times_out) {
    HostileServer server(after_root([](Peer& peer) { peer.wait_for_close(); }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::TimedOut), 2U) << "of the state, and of the logs";
}

TEST_P(HostileSearch, a_trickle_ends_at_the_deadline) {
    HostileServer server(after_root([](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n"
            "\r\n{\"a\":");
        while (peer.send(" ") && peer.pause(milliseconds(20))) {
        }
    }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 2U);
}

TEST_P(HostileSearch, cut_answers_and_garbage_are_failures) {
    for (const char* body : {"{\"cluster_name\":", "<html>sign in</html>", "\xff\xfe\x00\x01",
                             "[[[[[[[[[[", "7", "{}{}", ""}) {
        HostileServer server(after_root([&](Peer& peer) {
            do {
                if (!peer.answer(body, kJson)) return;
            } while (peer.read_request());
        }));
        const auto out = collect(server);
        EXPECT_GE(count(out, Outcome::Failed), 2U) << body;
        EXPECT_TRUE(out.logs.empty()) << body;
    }
    HostileServer reset(after_root([](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    }));
    EXPECT_GE(count(collect(reset), Outcome::Failed), 2U);
}

TEST_P(HostileSearch, answers_of_another_shape_harm_nothing) {
    for (const char* body :
         {"[]", "{\"nodes\":7,\"status\":[],\"tasks\":{\"a\":1},\"aggregations\":[],\"hits\":7}",
          "{\"nodes\":{\"a\":7,\"b\":{\"jvm\":[],\"thread_pool\":{\"x\":7},\"breakers\":[]}}}",
          "{\"indices\":[7,\"a\"],\"fields\":{\"@timestamp\":7,\"message\":{\"text\":7}}}",
          "{\"persistent\":{\"a\":{\"b\":[1,{\"c\":null}]}},\"tasks\":[7,{}],\"x\":{\"settings\":7}"
          "}",
          "[7,{\"index\":{},\"state\":\"UNASSIGNED\",\"shard\":[]},{\"health\":7}]"}) {
        HostileServer server(after_root([&](Peer& peer) {
            do {
                if (!peer.answer(body, kJson)) return;
            } while (peer.read_request());
        }));
        EXPECT_TRUE(collect(server).logs.empty()) << body;
        const auto probes = open(server.url())->probe(base::Deadline::after(limit));
        EXPECT_FALSE(probes.empty()) << body;
    }
}

TEST_P(HostileSearch, each_refusal_has_its_outcome_and_overload_is_a_row) {
    const auto refused = [&](const std::string& status, const std::string& type) {
        HostileServer server(after_root([&](Peer& peer) {
            do {
                if (!peer.answer(R"({"error":{"type":")" + type +
                                     R"(","reason":"action [indices:data/read/search] is )"
                                     R"(unauthorized"},"status":1})",
                                 kJson, status))
                    return;
            } while (peer.read_request());
        }));
        return collect(server);
    };
    const auto rows = [](const model::Signals& signals, const std::string& reason) {
        return std::count_if(
            signals.databases.begin(), signals.databases.end(), [&](const auto& row) {
                return row.view == "refused" && base::text_at(row.row, "reason") == reason;
            });
    };
    const auto forbidden = refused("403 Forbidden", "security_exception");
    EXPECT_GE(count(forbidden, Outcome::Denied), 4U);
    EXPECT_TRUE(std::any_of(forbidden.coverage.begin(), forbidden.coverage.end(), [](auto& row) {
        return row.note.find("indices:data/read/search") != std::string::npos;
    })) << "the missing right is named";
    EXPECT_GE(count(refused("401 Unauthorized", "security_exception"), Outcome::Denied), 4U);
    const auto busy = refused("429 Too Many Requests", "es_rejected_execution_exception");
    EXPECT_GE(count(busy, Outcome::Failed), 4U);
    EXPECT_EQ(rows(busy, "rejected"), 1);
    EXPECT_EQ(
        rows(refused("429 Too Many Requests", "circuit_breaking_exception"), "circuit_breaker"), 1);
    EXPECT_EQ(
        rows(refused("503 Service Unavailable", "master_not_discovered_exception"), "no_master"),
        1);
    EXPECT_GE(count(refused("500 Internal Server Error", "x"), Outcome::Failed), 4U);
    EXPECT_GE(count(refused("504 Gateway Timeout", "x"), Outcome::TimedOut), 2U);
}

TEST_P(HostileSearch, the_key_goes_in_its_header_and_every_request_says_who_asks) {
    HostileServer server(with_logs([](int) { return hits(hit("a")); }));
    collect(server);
    for (const std::string& request : server.requests()) {
        EXPECT_EQ(sent_header(request, "Authorization"), "ApiKey c2VzYW1lOnNlc2FtZQ==");
        EXPECT_EQ(sent_header(request, "X-Opaque-Id"), "devops-insight");
    }
}

TEST_P(HostileSearch, pages_without_end_end_with_the_lines_that_may_be_read) {
    std::string page;
    for (int i = 0; i < 1000; ++i) page += (i == 0 ? "" : ",") + hit("line " + std::to_string(i));
    HostileServer server(with_logs([&](int) { return hits(page); }));
    const auto out = collect(server);
    EXPECT_LE(out.logs.size(), 5000U);
    EXPECT_GE(out.logs.size(), 1000U);
    EXPECT_GE(count(out, Outcome::Truncated), 1U);
    const auto given_back = [&] {
        const auto requests = server.requests();
        return std::any_of(requests.begin(), requests.end(), [](const std::string& request) {
            return request.starts_with("DELETE /_pit");
        });
    };
    EXPECT_TRUE(given_back());
}

TEST_P(HostileSearch, huge_lines_are_cut_and_bounded) {
    const std::string page = [&] {
        std::string list;
        for (int i = 0; i < 100; ++i) list += (i == 0 ? "" : ",") + hit(std::string(100'000, 'x'));
        return hits(list);
    }();
    HostileServer server(with_logs([&](int) { return page; }));
    const auto out = collect(server);
    for (const auto& record : out.logs) EXPECT_LE(record.body.size(), 4096U);
}

TEST_P(HostileSearch, a_scroll_whose_page_is_too_large_begins_anew_with_smaller_ones) {
    // No point in time; line 600 makes a page larger than 16 MiB: one of 1000 is refused, and one
    // of 250 is not until it comes to that line.
    constexpr std::size_t kFat = 600;
    struct Place {
        std::size_t at = 0;
        std::size_t size = 0;
    };
    const auto place = std::make_shared<Place>();
    const auto sizes = std::make_shared<std::vector<std::size_t>>();
    HostileServer server([place, sizes](Peer& peer) {
        while (const auto request = peer.read_request()) {
            if (root(peer, *request)) continue;
            const auto has = [&](const char* part) {
                return request->find(part) != std::string::npos;
            };
            std::string body = "{}";
            if (has("/_field_caps")) {
                body = R"({"indices":["logs"],"fields":{"@timestamp":{"date":{}},
                    "message":{"text":{}}}})";
            } else if (has("/_pit")) {
                if (!peer.answer(R"({"error":{"type":"security_exception"}})", kJson,
                                 "403 Forbidden"))
                    return;
                continue;
            } else if (has("\"random_score\"") || has("/_search/scroll ")) {
                const std::size_t size = request->find("\"size\":");
                if (has("\"random_score\"")) {
                    *place = {0, std::stoul(request->substr(size + 7))};
                    sizes->push_back(place->size);
                }
                std::string list;
                const std::size_t from = place->at;
                place->at = std::min<std::size_t>(from + place->size, 700);
                if (from <= kFat && kFat < place->at && place->size > 100) {
                    const std::string block(1U << 20, 'x');
                    bool there = peer.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                        "Content-Length: 17825792\r\n\r\n");
                    for (int i = 0; i < 17 && there; ++i) there = peer.send(block);
                    if (!there) return;
                    continue;
                }
                for (std::size_t i = from; i < place->at; ++i)
                    list += (list.empty() ? "" : ",") + hit("line " + std::to_string(i));
                body = R"({"_scroll_id":"s","hits":{"hits":[)" + list + "]}}";
            } else if (has("/_search")) {
                body = R"({"hits":{"total":{"value":700}},"aggregations":{"part":{
                    "buckets":{"incident":{"doc_count":350},"baseline":{"doc_count":350}}}}})";
            }
            if (!peer.answer(body, kJson)) return;
        }
    });
    const auto out = collect(server);
    std::set<std::string> bodies;
    for (const auto& record : out.logs) EXPECT_TRUE(bodies.insert(record.body).second) << "twice";
    EXPECT_EQ(bodies.size(), 700U) << row_of(out, "lines").note;
    EXPECT_GE(sizes->size(), 3U);
    EXPECT_LT(sizes->back(), 100U);
}

TEST_P(HostileSearch, a_gibibyte_is_read_no_further_than_the_budget) {
    HostileServer server(after_root([](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"a\":\"");
        const std::string block(1U << 20, 'x');
        while (peer.send(block)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
    EXPECT_TRUE(out.logs.empty());
}

TEST_P(HostileSearch, an_endless_stream_of_chunks_is_left) {
    HostileServer server(after_root([](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while (peer.send("5\r\n[[[[[\r\n")) {
        }
    }));
    EXPECT_GE(collect(server).coverage.size(), 2U);
}

TEST_P(HostileSearch, a_partial_search_is_told_to_be_one) {
    HostileServer server(with_logs([](int) {
        return R"({"timed_out":true,"_shards":{"total":5,"failed":2,"failures":[{"reason":{
            "type":"node_disconnected","reason":"gone"}}]},"hits":{"hits":[)" +
               hit("a") + "]}}";
    }));
    const auto out = collect(server);
    const auto row = std::find_if(out.coverage.begin(), out.coverage.end(),
                                  [](const auto& one) { return one.source == "logs/main"; });
    ASSERT_NE(row, out.coverage.end());
    EXPECT_EQ(row->outcome, Outcome::Truncated);
    EXPECT_THAT(row->note, HasSubstr("2 of 5 shards failed (node_disconnected: gone)"));
    EXPECT_THAT(row->note, HasSubstr("ran out of its time"));
}

TEST_P(HostileSearch, a_certificate_that_is_not_the_clusters_is_refused_with_the_reason) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("node-1", "IP:127.0.0.1");
    HostileServer server(after_root([](Peer& peer) { peer.answer("{}"); }),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const base::Json trust{{"caFile", good.authority_file()}};
    const auto out = collect(server, trust);
    ASSERT_EQ(count(out, Outcome::Failed), 1U);
    EXPECT_THAT(out.coverage.front().note, HasSubstr("certificate"));
    for (const std::string& request : server.requests())
        EXPECT_THAT(request, Not(HasSubstr("ApiKey"))) << "no key for strangers";
    const auto probes = open(server.url(), trust)->probe(base::Deadline::after(limit));
    ASSERT_FALSE(probes.empty());
    EXPECT_FALSE(probes.front().ok);
    EXPECT_FALSE(probes.front().fix.empty());
}

INSIGHT_BOTH_ADAPTERS(HostileSearch);

}  // namespace
}  // namespace insight::test
