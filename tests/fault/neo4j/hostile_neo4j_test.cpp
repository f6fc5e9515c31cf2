// A Neo4j that misbehaves: the window ends on time, with a row that says why, and within bounds.
#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

using testing::Not;

constexpr const char* kJson = "Content-Type: application/json\r\n";
constexpr const char* kEmpty = R"({"data":{"fields":["name"],"values":[]},"bookmarks":[]})";

class HostileNeo4j : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostileNeo4j() : HostileWindow(GetParam()) { limit = milliseconds(2000); }

    std::unique_ptr<collectors::Source> open(const std::string& url, const std::string& ca = {},
                                             const char* statement_limit = "30s") {
        return HostileWindow::open(
            "neo4j", {{"url", url}, {"user", "eye"}, {"caFile", ca}, {"timeout", statement_limit}},
            {{"password", base::Secret(kSecret)}});
    }

    model::Signals collect(HostileServer& server, const std::string& ca = {}) {
        return HostileWindow::collect(*open(server.url(), ca));
    }

    static std::string note_of(const model::Signals& signals, Outcome outcome) {
        for (const auto& row : signals.coverage)
            if (row.outcome == outcome) return row.note;
        return {};
    }

    // The welcome of a small server; false for anything else.
    static bool welcome(Peer& peer, const std::string& request) {
        return request.starts_with("GET / ") &&
               peer.answer(R"({"query":"http://x/db/{databaseName}/query/v2",
                   "neo4j_version":"5.26.11","neo4j_edition":"community"})",
                           kJson);
    }
    // Serves the welcome, and everything else by `rest`.
    static HostileServer::Script after_welcome(std::function<void(Peer&)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request())
                if (!welcome(peer, *request)) return rest(peer);
        };
    }
    // Serves the welcome, and everything else request by request, until `rest` says false.
    static HostileServer::Script after_welcome_each(
        std::function<bool(Peer&, const std::string&)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request())
                if (!welcome(peer, *request) && !rest(peer, *request)) return;
        };
    }
    // Every statement gets this answer.
    static HostileServer::Script always(const std::string& body,
                                        const std::string& status = "202 Accepted",
                                        const std::string& headers = {}) {
        return after_welcome([=](Peer& peer) {
            std::optional<std::string> request;
            do {
                if (request && welcome(peer, *request)) continue;
                if (!peer.answer(body, kJson + headers, status)) return;
            } while (request = peer.read_request());
        });
    }
};

TEST_P(HostileNeo4j, one_that_never_answers_is_a_timeout) {
    HostileServer server([](Peer& peer) { peer.wait_for_close(); });
    const auto out = collect(server);
    EXPECT_EQ(count(out, Outcome::TimedOut), 1U);
    EXPECT_TRUE(out.databases.empty());
}

TEST_P(HostileNeo4j, one_that_falls_silent_after_its_welcome_times_out_row_by_row) {
    HostileServer server(after_welcome([](Peer& peer) { peer.wait_for_close(); }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 2U);
}

// The list of databases asks every one of them how far it is; their states alone do not.
TEST_P(HostileNeo4j, a_list_of_databases_that_hangs_is_asked_for_the_states_alone) {
    HostileServer server(after_welcome_each([](Peer& peer, const std::string& request) {
        if (request.find("SHOW DATABASES YIELD") != std::string::npos) {
            peer.wait_for_close();
            return false;
        }
        if (request.find("SHOW DATABASES ") == std::string::npos) return peer.answer(kEmpty, kJson);
        return peer.answer(
            R"({"data":{"fields":["name","requestedStatus","currentStatus","statusMessage"],
                "values":[["orders","online","offline","Unable to start"]]}})",
            kJson, "202 Accepted");
    }));
    limit = milliseconds(6000);
    const auto out = HostileWindow::collect(*open(server.url(), {}, "1s"));
    EXPECT_EQ(row_of(out, "view databases").outcome, Outcome::TimedOut);
    EXPECT_EQ(row_of(out, "view databases, their states alone").outcome, Outcome::Answered);
    const auto down = std::find_if(out.databases.begin(), out.databases.end(),
                                   [](const auto& row) { return row.view == "databases"; });
    ASSERT_NE(down, out.databases.end());
    EXPECT_EQ(down->row["database"], "orders");
    EXPECT_EQ(down->row["current_status"], "offline");
    EXPECT_EQ(row_of(out, "view settings").outcome, Outcome::Empty) << "the round goes on";
}

TEST_P(HostileNeo4j, every_statement_says_who_asks) {
    HostileServer server(always(kEmpty));
    collect(server);
    std::size_t statements = 0;
    for (const std::string& request : server.requests()) {
        if (!request.starts_with("POST ")) continue;
        ++statements;
        EXPECT_THAT(request, HasSubstr(" /* devops-insight */\""));
    }
    EXPECT_GE(statements, 4U);
}

TEST_P(HostileNeo4j, a_trickle_ends_at_the_deadline) {
    HostileServer server(after_welcome([](Peer& peer) {
        peer.send(
            "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n"
            "\r\n{\"data\":{\"fields\":[\"name\"],\"values\":[");
        while (peer.send(" ") && peer.pause(milliseconds(20))) {
        }
    }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 2U);
}

TEST_P(HostileNeo4j, cut_answers_and_garbage_are_failures) {
    for (const char* body :
         {R"({"data":{"fields":["name"],"values":[["neo)", "<html>sign in</html>",
          "\xff\xfe\x00\x01", "[[[[[[[[[[[[", "[]", "{}", "null", R"({"errors":[]})",
          R"({"data":{"fields":[],"values":[]}}{"data":{}})"}) {
        HostileServer server(always(body));
        const auto out = collect(server);
        EXPECT_GE(count(out, Outcome::Failed), 2U) << body;
        EXPECT_EQ(count(out, Outcome::Answered), 1U) << "only the welcome: " << body;
    }
    HostileServer reset(after_welcome([](Peer& peer) {
        peer.send("HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    }));
    EXPECT_GE(count(collect(reset), Outcome::Failed), 2U);
}

TEST_P(HostileNeo4j, a_welcome_that_is_none_ends_the_round) {
    for (const char* body : {"<html>nginx</html>", "{}", "[]", R"({"neo4j_version":3})", ""}) {
        HostileServer server([&](Peer& peer) {
            while (peer.read_request())
                if (!peer.answer(body, kJson)) return;
        });
        const auto out = collect(server);
        EXPECT_EQ(count(out, Outcome::Failed), 1U) << body;
        EXPECT_THAT(note_of(out, Outcome::Failed), HasSubstr("7474"));
        EXPECT_TRUE(out.databases.empty());
    }
}

TEST_P(HostileNeo4j, rows_of_any_shape_do_no_harm) {
    for (const char* body :
         {R"({"data":{"fields":["name","status","transactionId"],"values":[[1,2,3],[null],[],7,"x",
              {"a":[[[1]]]}]}})",
          R"({"data":{"fields":["transactionId","status","currentQuery","elapsedTime"],
              "values":[["t","Blocked by: [t]","\u0000\u001b[31m",-1e308],["u","Blocked by: [","","P"]]}})",
          R"({"data":{"fields":["name","attributes"],"values":[["java.lang:type=Memory",
              {"HeapMemoryUsage":{"value":{"properties":{"used":-1,"max":"x"}}}}]]}})",
          R"({"data":{"fields":["name","currentStatus"],"values":[["../../etc","online"],
              ["a/b?c#d","online"],["","online"]]}})"}) {
        HostileServer server(always(body));
        EXPECT_GE(count(collect(server), Outcome::Answered), 2U) << body;
        for (const std::string& request : server.requests())
            EXPECT_THAT(request, Not(HasSubstr("/etc"))) << "names are escaped in paths";
    }
}

TEST_P(HostileNeo4j, a_refused_log_in_is_asked_once) {
    HostileServer server(always(
        R"({"errors":[{"code":"Neo.ClientError.Security.Unauthorized","message":"Invalid credential."}]})",
        "401 Unauthorized"));
    const auto out = collect(server);
    EXPECT_EQ(count(out, Outcome::Denied), 1U);
    EXPECT_THAT(note_of(out, Outcome::Denied), HasSubstr("refuses user eye"));
    EXPECT_EQ(server.requests().size(), 2U) << "the welcome and one try: more would lock us out";
}

TEST_P(HostileNeo4j, a_log_in_that_is_refused_halfway_makes_nothing_look_empty) {
    std::atomic<int> asked{0};
    HostileServer server(after_welcome([&](Peer& peer) {
        do {
            const bool first = asked++ == 0;
            if (!peer.answer(
                    first ? kEmpty : R"({"errors":[{"code":"Neo.ClientError.Security.Unauthorized",
                                         "message":"Invalid credential."}]})",
                    kJson, first ? "202 Accepted" : "401 Unauthorized"))
                return;
        } while (peer.read_request());
    }));
    const auto out = collect(server);
    EXPECT_EQ(count(out, Outcome::Denied), 1U);
    EXPECT_EQ(count(out, Outcome::Empty), 2U) << "the list of databases, and no samples";
    EXPECT_EQ(server.requests().size(), 3U);
    const auto sample = open(server.url())->sample(base::Deadline::after(limit));
    EXPECT_FALSE(sample) << "a sample without rows would look like indexes that were dropped";
}

TEST_P(HostileNeo4j, each_refusal_has_its_outcome) {
    const auto refused = [&](const std::string& status, const std::string& code) {
        HostileServer server(always(
            code.empty() ? "no" : R"({"errors":[{"code":")" + code + R"(","message":"no"}]})",
            status, "Retry-After: 99999\r\n"));
        return collect(server);
    };
    EXPECT_GE(
        count(refused("403 Forbidden", "Neo.ClientError.Security.Forbidden"), Outcome::Denied), 3U);
    EXPECT_THAT(
        note_of(refused("403 Forbidden", "Neo.ClientError.Security.Forbidden"), Outcome::Denied),
        HasSubstr("GRANT "));
    EXPECT_EQ(
        count(refused("429 Too Many Requests", "Neo.ClientError.Security.AuthenticationRateLimit"),
              Outcome::Denied),
        1U);
    EXPECT_GE(count(refused("429 Too Many Requests", ""), Outcome::Failed), 3U);
    EXPECT_GE(count(refused("500 Server Error", "Neo.DatabaseError.General.UnknownError"),
                    Outcome::Failed),
              3U);
    EXPECT_GE(count(refused("502 Bad Gateway", ""), Outcome::Failed), 3U);
    EXPECT_GE(count(refused("503 Service Unavailable", ""), Outcome::Failed), 3U);
    const auto memory =
        refused("400 Bad Request", "Neo.TransientError.General.MemoryPoolOutOfMemoryError");
    bool told = false;
    for (const auto& row : memory.databases)
        told =
            told || (row.view == "refused" && base::text_at(row.row, "reason") == "out_of_memory");
    EXPECT_TRUE(told) << "that is a finding";
}

TEST_P(HostileNeo4j, more_rows_than_wanted_are_cut_and_said_so) {
    std::string body = R"({"data":{"fields":["name","currentStatus"],"values":[)";
    for (int i = 0; i < 5000; ++i) body += R"(["d)" + std::to_string(i) + R"(","offline"],)";
    body += R"(["z","offline"]]}})";
    HostileServer server(always(body));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated), 2U);
    EXPECT_LT(out.databases.size(), 3000U);
}

TEST_P(HostileNeo4j, a_gibibyte_is_read_no_further_than_the_budget) {
    const std::string row = "[\"" + std::string(60'000, 'x') + "\"],";
    HostileServer server(after_welcome([&](Peer& peer) {
        peer.send(
            "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"data\":{\"fields\":[\"name\"],\"values\":[");
        while (peer.send(row)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileNeo4j, an_endless_chunked_answer_ends) {
    HostileServer server(after_welcome([](Peer& peer) {
        peer.send(
            "HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n"
            "Transfer-Encoding: chunked\r\n\r\n");
        const std::string chunk = "1000\r\n" + std::string(4096, ' ') + "\r\n";
        while (peer.send(chunk)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileNeo4j, a_redirect_takes_no_password_to_another_place) {
    HostileServer elsewhere([](Peer& peer) {
        while (peer.read_request())
            if (!peer.answer(kEmpty, kJson)) return;
    });
    HostileServer server([&](Peer& peer) {
        while (peer.read_request())
            if (!peer.answer("", "Location: " + elsewhere.url("/", "localhost") + "\r\n",
                             "307 Temporary Redirect"))
                return;
    });
    collect(server);
    for (const std::string& request : elsewhere.requests())
        EXPECT_EQ(sent_header(request, "Authorization"), "");
}

TEST_P(HostileNeo4j, a_certificate_that_is_not_the_servers_is_refused_with_the_reason) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("neo4j", "IP:127.0.0.1");
    HostileServer server(always(kEmpty),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const auto out = collect(server, good.authority_file());
    ASSERT_EQ(count(out, Outcome::Failed), 1U);
    EXPECT_THAT(note_of(out, Outcome::Failed), HasSubstr("certificate"));
    EXPECT_TRUE(server.requests().empty()) << "no password for strangers";
    const auto probes =
        open(server.url(), good.authority_file())->probe(base::Deadline::after(limit));
    ASSERT_FALSE(probes.empty());
    EXPECT_FALSE(probes.front().ok);
    EXPECT_FALSE(probes.front().fix.empty());
}

TEST_P(HostileNeo4j, doctor_tells_who_signed_the_certificate_and_until_when_it_holds) {
    Certificates certificates;
    const auto files = certificates.issue("graph.example", "IP:127.0.0.1");
    HostileServer server(always(kEmpty),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    limit = milliseconds(10'000);
    const auto probes =
        open(server.url(), certificates.authority_file())->probe(base::Deadline::after(limit));
    const auto tls = std::find_if(probes.begin(), probes.end(),
                                  [](const auto& one) { return one.what == "TLS"; });
    ASSERT_NE(tls, probes.end());
    EXPECT_THAT(tls->finding, HasSubstr("CN=graph.example until 20"));
    EXPECT_THAT(tls->finding, HasSubstr(", signed by CN="));
    EXPECT_THAT(tls->finding, HasSubstr("trusted by " + certificates.authority_file()));
}

TEST_P(HostileNeo4j, one_that_answers_nothing_gives_no_sample) {
    HostileServer server(after_welcome([](Peer& peer) { peer.wait_for_close(); }));
    const auto sample = open(server.url())->sample(base::Deadline::after(limit));
    EXPECT_FALSE(sample);
}

INSIGHT_BOTH_ADAPTERS(HostileNeo4j);

}  // namespace
}  // namespace insight::test
