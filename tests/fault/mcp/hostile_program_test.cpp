// Programs that misbehave: the window ends on time, with a row that says why, within bounds, and
// nothing of the program is left.
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "core/mcp/client.h"
#include "tests/fault/hostile_window.h"
#include "tests/tree.h"

namespace insight::test {
namespace {

using testing::Not;

class HostileProgram : public testing::Test, protected HostileWindow {
  protected:
    HostileProgram() : mark_(std::to_string(10'000'000 + getpid() * 10 + count_++)) {
        limit = milliseconds(2500);
    }

    [[nodiscard]] base::Json settings(const std::string& mode) const {
        return {
            {"command", "/usr/bin/python3"},
            {"args", {"-u", (tree() / "tests/fault/mcp/hostile_server.py").string(), mode, mark_}},
            {"env", {{"API_TOKEN", "sesame-opens"}}},
            {"calls", {{{"tool", "look"}, {"arguments", {{"a", 1}}}}}}};
    }

    using HostileWindow::collect;
    model::Signals collect(const std::string& mode) {
        auto source = open("mcp", settings(mode));
        auto out = collect(*source);
        source.reset();
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a child was not waited for";
        // what it started is killed with it, and gone as soon as the system gets to it
        for (int i = 0; i < 500 && left() > 0; ++i) std::this_thread::sleep_for(milliseconds(10));
        EXPECT_EQ(left(), 0) << "processes are left";
        return out;
    }
    // The one call of the window.
    model::CoverageRow call(const std::string& mode) {
        signals_ = collect(mode);
        return row_of(signals_, "tools/call look");
    }
    [[nodiscard]] std::string text() const {
        return signals_.databases.empty() ? "" : base::text_at(signals_.databases[0].row, "text");
    }

    // Processes that carry our mark, dead or alive.
    [[nodiscard]] int left() const {
        int out = 0;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            std::ifstream file(entry.path() / "cmdline");
            std::string words;
            std::getline(file, words);
            if (words.find(mark_) != std::string::npos) ++out;
        }
        return out;
    }

    std::string mark_;
    model::Signals signals_;
    static inline int count_ = 0;
};

TEST_F(HostileProgram, one_that_behaves_is_the_measure_of_the_others) {
    const auto row = call("fine");
    EXPECT_EQ(row.outcome, Outcome::Answered) << row.note;
    ASSERT_EQ(signals_.databases.size(), 1U);
    EXPECT_EQ(signals_.databases[0].row, base::Json({{"a", 1}}));
    EXPECT_EQ(signals_.databases[0].system, "mcp");
    EXPECT_EQ(signals_.databases[0].instance, "main");
    const auto tools = row_of(signals_, "tools/list");
    EXPECT_THAT(tools.note, HasSubstr("wipe (not marked read-only"));
    EXPECT_THAT(tools.note, HasSubstr("both (marked read-only and destructive"));
}

TEST_F(HostileProgram, one_that_never_answers_or_never_reads_is_a_timeout) {
    for (const char* mode : {"silent", "children", "deaf", "close-output"}) {
        const auto out = collect(mode);
        ASSERT_EQ(out.coverage.size(), 1U) << mode;
        EXPECT_EQ(out.coverage[0].outcome,
                  std::string(mode) == "close-output" ? Outcome::Failed : Outcome::TimedOut)
            << mode << ": " << out.coverage[0].note;
    }
}

TEST_F(HostileProgram, one_that_dies_at_once_says_what_it_wrote) {
    const auto out = collect("crash-start");
    ASSERT_EQ(out.coverage.size(), 1U);
    EXPECT_EQ(out.coverage[0].outcome, Outcome::Failed);
    EXPECT_THAT(out.coverage[0].note, HasSubstr("exit code 3"));
    EXPECT_THAT(out.coverage[0].note, HasSubstr("Error: no route to host"));
}

TEST_F(HostileProgram, one_that_dies_again_and_again_is_not_started_at_every_window) {
    auto source = open("mcp", settings("crash-start"));
    for (int i = 0; i < 2; ++i) collect(*source);
    EXPECT_THAT(collect(*source).coverage[0].note, HasSubstr("the next try is in"));
}

TEST_F(HostileProgram, one_that_dies_in_a_call_fails_that_call_and_is_started_again) {
    auto source = open("mcp", settings("crash-call"));
    for (int i = 0; i < 2; ++i) {
        const auto out = collect(*source);
        const auto row = row_of(out, "tools/call look");
        EXPECT_EQ(row.outcome, Outcome::Failed);
        EXPECT_THAT(row.note, HasSubstr("exit code 7"));
        EXPECT_THAT(row.note, HasSubstr("lost the database"));
        EXPECT_EQ(row_of(out, "tools/list").outcome, Outcome::Answered) << i;
    }
}

TEST_F(HostileProgram, a_call_without_an_answer_is_a_timeout) {
    for (const char* mode : {"hang-call", "mute-call", "wrong-id", "string-id"})
        EXPECT_EQ(call(mode).outcome, Outcome::TimedOut) << mode;
    EXPECT_THAT(call("wrong-id").note, HasSubstr("lines that answer nothing"));
}

TEST_F(HostileProgram, an_answer_that_cannot_be_read_is_a_failure_at_once) {
    for (const char* mode : {"broken", "no-result", "deep", "input-required"}) {
        const auto row = call(mode);
        EXPECT_EQ(row.outcome, Outcome::Failed) << mode << ": " << row.note;
        EXPECT_TRUE(signals_.databases.empty()) << mode;
    }
}

TEST_F(HostileProgram, a_huge_answer_is_truncation) {
    EXPECT_EQ(call("huge").outcome, Outcome::Truncated);
    EXPECT_THAT(call("huge").note, HasSubstr("2 MiB is the limit"));
    EXPECT_EQ(call("gigabyte").outcome, Outcome::Truncated);
    EXPECT_EQ(call("endless").outcome, Outcome::Truncated);
    EXPECT_EQ(call("wide").outcome, Outcome::Truncated);
    EXPECT_EQ(signals_.databases.size(), 500U) << "what fits is kept";
}

TEST_F(HostileProgram, what_nobody_asked_for_ends_the_program) {
    limit = kHangs / 2;
    for (const char* mode : {"garbage", "flood", "requests", "stderr"}) {
        const auto row = row_of(collect(mode), "tools/call look");
        EXPECT_EQ(row.outcome, Outcome::Truncated) << mode << ": " << row.note;
        EXPECT_THAT(row.note, HasSubstr("nobody asked for")) << mode;
    }
}

TEST_F(HostileProgram, noise_beside_the_answer_does_no_harm) {
    EXPECT_EQ(call("stray").outcome, Outcome::Answered);
    EXPECT_EQ(text(), "fine");
    EXPECT_EQ(call("twice").outcome, Outcome::Answered);
    EXPECT_EQ(text(), "first");
    EXPECT_EQ(call("dribble").outcome, Outcome::Answered);
    EXPECT_EQ(text(), "slow");
    EXPECT_EQ(call("control").outcome, Outcome::Answered);
    EXPECT_EQ(text(), "ab[31mred[0m \xf0\x9f\x98\x80");
}

TEST_F(HostileProgram, its_questions_are_answered_without_giving_anything) {
    call("ask");
    ASSERT_EQ(signals_.databases.size(), 1U);
    EXPECT_EQ(signals_.databases[0].row, base::Json({{"value", {base::Json::object(), -32601}}}));
}

TEST_F(HostileProgram, one_that_does_not_know_discovery_gets_the_handshake) {
    EXPECT_EQ(call("die-on-discover").outcome, Outcome::Answered);
    EXPECT_EQ(call("mute-on-discover").outcome, Outcome::Answered);
}

TEST_F(HostileProgram, revisions_that_are_not_known_are_named) {
    for (const char* mode : {"ancient", "future", "refuse", "no-mcp"}) {
        const auto out = collect(mode);
        ASSERT_EQ(out.coverage.size(), 1U) << mode;
        EXPECT_EQ(out.coverage[0].outcome, Outcome::Failed) << mode;
    }
    EXPECT_THAT(collect("future").coverage[0].note, HasSubstr("2099-01-01"));
}

TEST_F(HostileProgram, lists_of_tools_that_are_none_or_have_no_end_are_bounded) {
    EXPECT_EQ(row_of(collect("no-tools"), "tools/list").outcome, Outcome::Failed);
    const auto pages = row_of(collect("pages"), "tools/list");
    EXPECT_EQ(pages.count, 500);
    EXPECT_EQ(pages.outcome, Outcome::Truncated);
    EXPECT_THAT(pages.note, HasSubstr("its list goes on after 500 tools"));
    const auto round = row_of(collect("round"), "tools/list");
    EXPECT_EQ(round.count, 1) << "one name is one tool";
    EXPECT_EQ(round.outcome, Outcome::Truncated);
    EXPECT_THAT(round.note, HasSubstr("a cursor came again"));
    const auto full = row_of(collect("full"), "tools/list");
    EXPECT_EQ(full.count, 500);
    EXPECT_EQ(full.outcome, Outcome::Answered) << "500 are all it has: " << full.note;
    const auto odd = row_of(collect("odd-tools"), "tools/list");
    EXPECT_EQ(odd.count, 5) << odd.note;
    EXPECT_THAT(odd.note, HasSubstr("fat (its schema is larger"));
    EXPECT_THAT(odd.note, HasSubstr("hinted (not marked"));
    EXPECT_THAT(odd.note, HasSubstr("6 of its items have no name"));
}

TEST_F(HostileProgram, a_call_beyond_a_cut_list_says_that_the_list_was_cut) {
    EXPECT_THAT(call("pages").note,
                HasSubstr("no tool 'look' as far as it was read (its list goes on after 500"));
    auto source = open("mcp", settings("pages"));
    std::string told;
    for (const auto& probe : source->probe(base::Deadline::after(kHangs)))
        if (!probe.ok) told += probe.what + ": " + probe.finding + "\n";
    EXPECT_THAT(told, HasSubstr("tools/list: its list goes on after 500 tools"));
    EXPECT_THAT(told, HasSubstr("call look: the server has no such tool as far as it was read"));
}

TEST_F(HostileProgram, a_name_with_two_faces_is_not_called) {
    const auto row = call("two-faces");
    EXPECT_EQ(row.outcome, Outcome::Denied);
    EXPECT_THAT(row.note, HasSubstr("listed more than once with different contents"));
    EXPECT_THAT(row_of(signals_, "tools/list").note, HasSubstr("wipe (not marked"));
}

TEST_F(HostileProgram, secrets_it_was_given_never_come_out_again) {
    auto source = open("mcp", settings("secret"));
    const auto out = collect(*source);
    ASSERT_EQ(out.databases.size(), 1U);
    // what it was given is gone; a credential of another's is a token
    EXPECT_THAT(
        base::text_at(out.databases[0].row, "text"),
        testing::MatchesRegex("token \\[redacted\\] postgres://u:<password:[0-9a-f]{12}>@h/x"));
    for (const auto& probe : source->probe(base::Deadline::after(limit)))
        EXPECT_THAT(probe.what + probe.finding + probe.fix, Not(HasSubstr("sesame")));
}

TEST_F(HostileProgram, it_inherits_few_variables_and_no_descriptors_and_has_a_group_of_its_own) {
    ::setenv("INSIGHT_CANARY", "sings", 1);
    const std::ifstream open_file("/proc/self/status");
    call("environment");
    ASSERT_EQ(signals_.databases.size(), 1U);
    const base::Json& row = signals_.databases[0].row;
    EXPECT_THAT(base::dump_json(row["names"]), Not(HasSubstr("INSIGHT_CANARY")));
    EXPECT_THAT(base::dump_json(row["names"]), HasSubstr("API_TOKEN"));
    EXPECT_LE(row["descriptors"].size(), 4U) << "0, 1, 2 and the folder it looks at";
    EXPECT_EQ(row["group"], true);
}

TEST_F(HostileProgram, one_that_does_not_leave_is_killed_with_its_children) {
    EXPECT_EQ(call("stays").outcome, Outcome::Answered);
}

TEST_F(HostileProgram, a_tool_that_is_refused_never_hears_of_it) {
    auto settings_of_wipe = settings("fine");
    settings_of_wipe["calls"] = {{{"tool", "wipe"}}, {{"tool", "both"}}, {{"tool", "none"}}};
    auto source = open("mcp", settings_of_wipe);
    const auto out = collect(*source);
    EXPECT_EQ(row_of(out, "tools/call wipe").outcome, Outcome::Denied);
    EXPECT_EQ(row_of(out, "tools/call both").outcome, Outcome::Denied);
    EXPECT_EQ(row_of(out, "tools/call none").outcome, Outcome::Failed);
    EXPECT_TRUE(out.databases.empty());
}

TEST_F(HostileProgram, many_threads_may_call_while_it_dies) {
    auto endpoint =
        mcp::read_endpoint("trial", settings("crash-call"), std::array{std::string_view("calls")});
    ASSERT_TRUE(endpoint);
    const auto transport = net::make_transport(net::Adapter::Curl);
    mcp::Client client(*endpoint, *transport);
    std::atomic<int> failed{0};
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                for (int k = 0; k < 3; ++k)
                    if (!client.call("look", base::Json::object(), base::Deadline::after(kHangs)))
                        ++failed;
            });
    }
    EXPECT_EQ(failed, 24);
}

}  // namespace
}  // namespace insight::test
