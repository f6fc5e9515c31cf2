// A cluster that misbehaves: the window ends on time, with a row that says why, and within bounds.
#include <filesystem>
#include <fstream>

#include "tests/fault/hostile_window.h"

namespace insight::test {
namespace {

class HostileCluster : public testing::TestWithParam<net::Adapter>, protected HostileWindow {
  protected:
    HostileCluster() : HostileWindow(GetParam()) { limit = milliseconds(2500); }
    ~HostileCluster() override { std::filesystem::remove(path_); }

    std::unique_ptr<collectors::Source> open(const std::string& url, const std::string& more = {}) {
        path_ = std::filesystem::temp_directory_path() /
                ("insight-hostile-cluster-" + std::to_string(getpid()));
        std::ofstream(path_) << "{current-context: a, contexts: [{name: a, context: {cluster: c, "
                                "user: u}}], users: [{name: u, user: {token: "
                             << kSecret << "}}], clusters: [{name: c, cluster: {server: \"" << url
                             << "\"" << more << "}}]}";
        return HostileWindow::open("kubernetes", {{"kubeconfig", path_.string()}, {"logs", true}});
    }

    model::Signals collect(HostileServer& server, const std::string& more = {}) {
        return HostileWindow::collect(*open(server.url(), more));
    }

    static constexpr const char* kJson = "Content-Type: application/json\r\n";
    // Discovery of a small cluster; false for anything else.
    static bool discovery(Peer& peer, const std::string& request) {
        if (request.starts_with("GET /api/v1 "))
            return peer.answer(R"({"resources":[{"name":"pods","kind":"Pod","namespaced":true,
                "verbs":["list"]},{"name":"nodes","kind":"Node","namespaced":false,
                "verbs":["list"]}]})",
                               kJson);
        if (request.starts_with("GET /apis "))
            return peer.answer(R"({"kind":"APIGroupDiscoveryList","items":[]})", kJson);
        return false;
    }
    // Serves discovery, and everything else by `rest`.
    static HostileServer::Script after_discovery(std::function<void(Peer&)> rest) {
        return [rest = std::move(rest)](Peer& peer) {
            while (const auto request = peer.read_request())
                if (!discovery(peer, *request)) return rest(peer);
        };
    }

    std::filesystem::path path_;
};

TEST_P(HostileCluster, one_that_never_answers_is_a_timeout) {
    HostileServer server([](Peer& peer) { peer.wait_for_close(); });
    const auto out = collect(server);
    EXPECT_EQ(count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileCluster, one_that_falls_silent_after_discovery_times_out_row_by_row) {
    HostileServer server(after_discovery([](Peer& peer) { peer.wait_for_close(); }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::TimedOut), 2U);
}

TEST_P(HostileCluster, a_trickle_ends_at_the_deadline) {
    HostileServer server(after_discovery([](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n"
            "\r\n{\"kind\":\"PodList\",\"items\":[");
        while (peer.send(" ") && peer.pause(milliseconds(20))) {
        }
    }));
    EXPECT_GE(count(collect(server), Outcome::TimedOut), 2U);
}

TEST_P(HostileCluster, cut_answers_and_garbage_are_failures) {
    for (const char* body :
         {"{\"kind\":\"PodList\",\"items\":[{\"metadata\":", "<html>sign in</html>",
          "\xff\xfe\x00\x01", "{\"items\":[[[[[[[[[[", "[]", "{\"items\":[{}]}{\"items\":[]}"}) {
        HostileServer server(after_discovery([&](Peer& peer) { peer.answer(body, kJson); }));
        const auto out = collect(server);
        EXPECT_GE(count(out, Outcome::Failed), 2U) << body;
        EXPECT_TRUE(out.resources.empty()) << body;
    }
    HostileServer reset(after_discovery([](Peer& peer) {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        peer.reset();
    }));
    EXPECT_GE(count(collect(reset), Outcome::Failed), 2U);
}

TEST_P(HostileCluster, each_refusal_has_its_outcome) {
    const auto refused = [&](const std::string& status, const std::string& headers) {
        HostileServer server(after_discovery([&](Peer& peer) {
            do {
                if (!peer.answer("{\"kind\":\"Status\",\"message\":\"no\"}", kJson + headers,
                                 status))
                    return;
            } while (peer.read_request());
        }));
        return collect(server);
    };
    const auto forbidden = refused("403 Forbidden", "");
    EXPECT_GE(count(forbidden, Outcome::Denied), 2U);
    bool rule = false;
    for (const auto& row : forbidden.coverage)
        rule =
            rule || row.note.find("resources: [\"pods\"], verbs: [\"list\"]") != std::string::npos;
    EXPECT_TRUE(rule) << "the missing rule is named";
    EXPECT_GE(count(refused("401 Unauthorized", ""), Outcome::Denied), 2U);
    EXPECT_GE(count(refused("429 Too Many Requests", "Retry-After: 1\r\n"), Outcome::Failed), 1U);
    EXPECT_GE(count(refused("429 Too Many Requests", "Retry-After: 99999\r\n"), Outcome::Failed),
              2U);
    EXPECT_GE(count(refused("500 Internal Server Error", ""), Outcome::Failed), 2U);
    EXPECT_GE(count(refused("503 Service Unavailable", ""), Outcome::Failed), 2U);
}

TEST_P(HostileCluster, a_list_without_end_ends_with_what_fits) {
    std::atomic<int> page{0};
    HostileServer server(after_discovery([&](Peer& peer) {
        std::optional<std::string> request;
        do {
            const std::string number = std::to_string(page++);
            if (!peer.answer("{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"c" + number +
                                 "\"},\"items\":[{\"metadata\":{\"name\":\"p" + number + "\"}}]}",
                             kJson))
                return;
        } while (request = peer.read_request());
    }));
    limit = milliseconds(5000);  // a busy machine, too, gets as far as the list
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated), 1U);
    EXPECT_GT(out.resources.size(), 1U) << "what was read before is kept";
}

TEST_P(HostileCluster, a_gibibyte_is_read_no_further_than_the_budget) {
    const std::string item =
        "{\"metadata\":{\"name\":\"p\"},\"pad\":\"" + std::string(60'000, 'x') + "\"},";
    HostileServer server(after_discovery([&](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"kind\":\"PodList\",\"items\":[");
        while (peer.send(item)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileCluster, one_huge_object_is_refused) {
    HostileServer server(after_discovery([](Peer& peer) {
        peer.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            "Content-Length: 1073741824\r\n\r\n{\"kind\":\"PodList\",\"items\":[{\"a\":\"");
        const std::string block(1U << 20, 'x');
        while (peer.send(block)) {
        }
    }));
    const auto out = collect(server);
    EXPECT_TRUE(out.resources.empty());
    EXPECT_GE(count(out, Outcome::Truncated) + count(out, Outcome::TimedOut), 1U);
}

TEST_P(HostileCluster, a_certificate_that_is_not_the_clusters_is_refused_with_the_reason) {
    Certificates good;
    Certificates bad;
    const auto files = bad.issue("kube-apiserver", "IP:127.0.0.1");
    HostileServer server(after_discovery([](Peer& peer) { peer.answer("{}"); }),
                         HostileServer::TlsOptions{files.certificate, files.key, ""});
    const std::string trust = ", certificate-authority: \"" + good.authority_file() + "\"";
    const auto out = collect(server, trust);
    ASSERT_EQ(count(out, Outcome::Failed), 1U);
    EXPECT_THAT(out.coverage.front().note, HasSubstr("certificate"));
    for (const std::string& request : server.requests())
        EXPECT_THAT(request, testing::Not(HasSubstr("sesame"))) << "no token for strangers";
    const auto probes = open(server.url(), trust)->probe(base::Deadline::after(limit));
    ASSERT_FALSE(probes.empty());
    EXPECT_FALSE(probes.front().ok);
    EXPECT_FALSE(probes.front().fix.empty());
}

INSIGHT_BOTH_ADAPTERS(HostileCluster);

}  // namespace
}  // namespace insight::test
