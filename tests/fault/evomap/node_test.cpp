// The life of a node against hubs in all moods.
#include <sys/stat.h>

#include <fstream>

#include "tests/contract/evomap/vectors.h"
#include "tests/fault/evomap/fixtures.h"

namespace insight::evomap {
namespace {

using test::HubReply;
using test::kHour;
using test::kMinute;
using test::kSecond;

class EvomapNode : public test::Evomap {};

TEST_F(EvomapNode, greets_once_and_keeps_the_secret_for_itself) {
    ASSERT_TRUE(node_->hello());
    const NodeRecord first = node_->record();
    EXPECT_EQ(first.state, NodeState::Active);
    EXPECT_EQ(first.secret.reveal().size(), 64U);
    EXPECT_EQ(first.claim_code, "AAAA-BBBB");
    EXPECT_EQ(first.interval, 5 * kMinute);
    struct stat status {};
    const std::string file = settings_.state_directory + "/" + first.node_id + ".json";
    ASSERT_EQ(stat(file.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    reopen();
    EXPECT_EQ(node_->record().secret.reveal(), first.secret.reveal());
    EXPECT_EQ(node_->record().node_id, first.node_id);
    EXPECT_TRUE(node_->call("fetch", Json{{"signals", {"latency"}}, {"search_only", true}}).ok());
    EXPECT_EQ(calls("/a2a/hello"), 1U);
}

TEST_F(EvomapNode, tells_the_hub_neither_host_name_nor_folder) {
    ASSERT_TRUE(node_->hello());
    node_->beat();
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    for (const auto& call : server_.hub().calls()) {
        const std::string body = base::dump_json(call.body);
        EXPECT_EQ(body.find("hostname"), std::string::npos);
        EXPECT_EQ(body.find(std::filesystem::current_path()), std::string::npos);
        if (std::string_view(host.data()).size() > 3) {
            EXPECT_EQ(body.find(host.data()), std::string::npos);
        }
    }
}

TEST_F(EvomapNode, a_file_that_others_may_read_is_closed_and_a_damaged_one_is_said) {
    ASSERT_TRUE(node_->hello());
    const std::string file = settings_.state_directory + "/" + node_->record().node_id + ".json";
    chmod(file.c_str(), 0644);
    reopen();
    struct stat status {};
    stat(file.c_str(), &status);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    std::ofstream(file) << "{\"node_id\":";
    const auto damaged = Node::open(settings_, *transport_, clock_);
    ASSERT_FALSE(damaged.has_value());
    EXPECT_EQ(damaged.error().kind, base::ErrorKind::Corrupt);
}

// The recorded answers of a hub, given to us in the same order: we must ask what the reference
// asked. Left out: a second hello to a hub that wants a person, which helps nobody.
TEST_F(EvomapNode, asks_what_the_reference_asked_in_every_recorded_mood) {
    int compared = 0;
    for (const Json& run : test::vectors()["http"]) {
        const std::string mood = run["scenario"];
        if (run["client"] != "evolver-1.94.0" || mood == "normal" || mood == "hellorejected" ||
            mood.starts_with("pub"))
            continue;
        test::Folder folder;
        test::HubServer server;
        Settings settings = settings_;
        settings.hub = server.root();
        settings.state_directory = folder.path();
        std::vector<std::string> theirs;
        for (const Json& exchange : run["exchanges"]) {
            const Json& request = exchange["request"];
            HubReply reply;
            reply.status = exchange["response"]["status"];
            reply.body = exchange["response"]["body"];
            if (reply.body.is_string()) reply.text = reply.body;
            server.hub().instead(request["path"], reply);
            theirs.push_back(request["path"].get<std::string>() + " " +
                             (request["headers"]["authorization"].is_null() ? "-" : "secret") +
                             " " +
                             base::text_at(request["headers"], "x-evomap-node-secret-version"));
        }
        auto node = Node::open(settings, *transport_, clock_, [](base::Nanos) {}).value();
        if (node->hello()) {
            node->beat();
        }
        std::vector<std::string> asked;
        for (const auto& call : server.hub().calls())
            asked.push_back(call.path + " " + (call.authorization.empty() ? "-" : "secret") + " " +
                            call.version);
        EXPECT_EQ(asked, theirs) << mood;
        ++compared;
    }
    EXPECT_GE(compared, 8);
}

TEST_F(EvomapNode, a_secret_that_the_hub_finds_wrong_is_rotated_and_the_call_said_once_more) {
    ASSERT_TRUE(node_->hello());
    const std::string old = node_->record().secret.reveal();
    server_.hub().instead("/a2a/fetch", {401, {{"error", "node_secret_required"}}, {}, {}});
    EXPECT_TRUE(node_->call("fetch", Json{{"search_only", true}}).ok());
    EXPECT_NE(node_->record().secret.reveal(), old);
    EXPECT_EQ(node_->record().version, 2);
    const auto fetches = server_.hub().calls("/a2a/fetch");
    ASSERT_EQ(fetches.size(), 2U);
    EXPECT_EQ(fetches[0].body["message_id"], fetches[1].body["message_id"]);
    EXPECT_NE(fetches[0].authorization, fetches[1].authorization);
    reopen();
    EXPECT_EQ(node_->record().version, 2);
}

TEST_F(EvomapNode, a_hub_that_never_accepts_a_secret_is_not_asked_for_ever_more) {
    ASSERT_TRUE(node_->hello());
    for (int i = 0; i < 60; ++i)
        server_.hub().instead("/a2a/fetch", {401, {{"error", "node_secret_invalid"}}, {}, {}});
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(node_->call("fetch", Json::object()).ok());
    EXPECT_LE(calls("/a2a/hello"), 3U);
}

TEST_F(EvomapNode, a_hub_that_knows_another_secret_makes_us_begin_anew_and_wait) {
    ASSERT_TRUE(node_->hello());
    server_.hub().forget_secret(node_->record().node_id);
    EXPECT_FALSE(node_->call("fetch", Json::object()).ok());
    EXPECT_EQ(node_->record().state, NodeState::Diverged);
    EXPECT_TRUE(node_->record().secret.empty());
    EXPECT_EQ(calls("/a2a/hello"), 3U);  // the first, one with the old secret, one without
    EXPECT_FALSE(node_->hello());        // waits
    EXPECT_EQ(calls("/a2a/hello"), 3U);
    clock_.pass(3 * kMinute);
    EXPECT_FALSE(node_->hello());
    EXPECT_GT(calls("/a2a/hello"), 3U);
}

TEST_F(EvomapNode, a_captcha_is_reported_and_never_worked_around) {
    server_.hub().instead("/a2a/hello", {200,
                                         {{"payload",
                                           {{"status", "rejected"},
                                            {"reason", "hello_blocked: antibody active"},
                                            {"captcha_required", true},
                                            {"retry_after_ms", 3'600'000}}}},
                                         {},
                                         {}});
    EXPECT_FALSE(node_->hello());
    EXPECT_EQ(node_->record().state, NodeState::Captcha);
    EXPECT_NE(node_->record().note.find("person"), std::string::npos);
    for (int i = 0; i < 5; ++i) node_->beat();
    EXPECT_EQ(calls("/a2a/hello"), 1U);
    EXPECT_EQ(calls("/a2a/heartbeat"), 0U);
    clock_.pass(61 * kMinute);
    EXPECT_TRUE(node_->hello());
}

TEST_F(EvomapNode, an_id_that_belongs_to_another_account_stops) {
    server_.hub().instead(
        "/a2a/hello",
        {200,
         {{"payload", {{"status", "rejected"}, {"reason", "node_id_already_claimed_by_other"}}}},
         {},
         {}});
    EXPECT_FALSE(node_->hello());
    EXPECT_EQ(node_->record().state, NodeState::Claimed);
    clock_.pass(12 * kHour);
    EXPECT_FALSE(node_->hello());
    EXPECT_EQ(calls("/a2a/hello"), 1U);
}

TEST_F(EvomapNode, a_suspension_is_reported) {
    ASSERT_TRUE(node_->hello());
    server_.hub().instead("/a2a/heartbeat", {200, {{"status", "suspended"}}, {}, {}});
    node_->beat();
    EXPECT_EQ(node_->record().state, NodeState::Suspended);
    EXPECT_NE(node_->record().note.find("suspended"), std::string::npos);
}

TEST_F(EvomapNode, too_many_hellos_wait_as_long_as_the_hub_says_or_an_hour) {
    server_.hub().instead("/a2a/hello",
                          {429, {{"error", "rate_limited"}}, "Retry-After: 90\r\n", {}});
    EXPECT_FALSE(node_->hello());
    EXPECT_EQ(node_->record().not_before, clock_.now() + 90 * kSecond);
    clock_.pass(91 * kSecond);
    server_.hub().instead("/a2a/hello", {429, {{"error", "rate_limited"}}, {}, {}});
    EXPECT_FALSE(node_->hello());
    EXPECT_EQ(node_->record().not_before, clock_.now() + kHour);
    EXPECT_EQ(node_->record().state, NodeState::Limited);
}

TEST_F(EvomapNode, a_firewalls_page_is_an_outage_and_no_verdict_on_the_secret) {
    ASSERT_TRUE(node_->hello());
    const std::string secret = node_->record().secret.reveal();
    for (const int status : {200, 403, 401, 503}) {
        server_.hub().instead("/a2a/heartbeat", {status, {}, {}, "<html>blocked</html>"});
        node_->beat();
        EXPECT_EQ(node_->record().state, NodeState::Unreachable) << status;
        EXPECT_EQ(node_->record().secret.reveal(), secret);
    }
    EXPECT_EQ(calls("/a2a/hello"), 1U);
}

TEST_F(EvomapNode, cut_connections_are_outages_that_are_tried_less_and_less_often) {
    ASSERT_TRUE(node_->hello());
    base::Nanos last = 0;
    for (int i = 0; i < 4; ++i) {
        HubReply cut{200, {{"status", "ok"}}, {}, {}};
        cut.cut = true;
        server_.hub().instead("/a2a/heartbeat", cut);
        const base::Nanos pause = node_->beat() - clock_.now();
        EXPECT_GT(pause, last);
        last = pause;
        clock_.pass(pause);
    }
    EXPECT_LE(last, 10 * kMinute);
    EXPECT_EQ(node_->record().state, NodeState::Unreachable);
    node_->beat();
    EXPECT_EQ(node_->record().state, NodeState::Active);
}

TEST_F(EvomapNode, a_hub_with_another_clock_is_met_in_its_own_time) {
    test::HubRules rules;
    rules.clock_ahead_s = 420;
    rules.allowed_skew_s = 60;
    server_.hub().put(rules);
    ASSERT_TRUE(node_->hello());
    EXPECT_EQ(calls("/a2a/hello"), 2U);  // the first one taught us the time
    EXPECT_NEAR(base::to_seconds(node_->skew()), 420, 3);
    EXPECT_TRUE(node_->call("fetch", Json{{"search_only", true}}).ok());
    EXPECT_EQ(calls("/a2a/fetch"), 1U);
}

TEST_F(EvomapNode, a_clock_that_jumps_back_does_not_stop_us_for_days) {
    server_.hub().instead("/a2a/hello", {429, {{"error", "rate_limited"}}, {}, {}});
    EXPECT_FALSE(node_->hello());
    clock_.pass(-40 * 24 * kHour);
    EXPECT_TRUE(node_->hello());
}

TEST_F(EvomapNode, an_unknown_node_greets_with_the_secret_it_has) {
    ASSERT_TRUE(node_->hello());
    server_.hub().instead("/a2a/heartbeat", {200, {{"status", "unknown_node"}}, {}, {}});
    node_->beat();
    const auto hellos = server_.hub().calls("/a2a/hello");
    ASSERT_EQ(hellos.size(), 2U);
    EXPECT_FALSE(hellos[1].authorization.empty());
    EXPECT_FALSE(hellos[1].body["payload"].contains("rotate_secret"));
}

TEST_F(EvomapNode, the_secret_is_in_no_error_and_no_note) {
    ASSERT_TRUE(node_->hello());
    const std::string secret = node_->record().secret.reveal();
    server_.hub().instead(
        "/a2a/fetch",
        {400, {{"error", "validation_error"}, {"message", "you sent Bearer " + secret}}, {}, {}});
    const Answer answer = node_->call("fetch", Json::object());
    EXPECT_FALSE(answer.ok());
    EXPECT_EQ(answer.sentence.find(secret), std::string::npos) << answer.sentence;
}

}  // namespace
}  // namespace insight::evomap
