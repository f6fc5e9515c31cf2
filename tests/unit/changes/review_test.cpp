#include "analysis/changes/review.h"

#include <gmock/gmock.h>

#include "analysis/changes/place.h"
#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

using test::add_lines;
using test::change;
using test::kMinute;
using test::kStart;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kPool =
    "diff --git a/db/pool.go b/db/pool.go\n"
    "--- a/db/pool.go\n"
    "+++ b/db/pool.go\n"
    "@@ -39,5 +39,5 @@ func open() *Pool {\n"
    " \tpool := New()\n"
    " \tpool.name = name\n"
    "-\tpool.maxConns = 40\n"
    "+\tpool.maxConns = 4\n"
    " \tpool.start()\n"
    " \treturn pool\n";

struct ReviewScene {
    model::Incident incident = test::incident("berths", "berths waits for its database pool");
    model::Signals signals;
    Detection detection{model::Scope{}};

    void ship(const std::string& ref, const std::string& diff,
              std::vector<std::string> files = {}) {
        signals.changes.push_back(
            change("commit", kStart - 6 * kMinute, "berths", ref, diff, std::move(files)));
        signals.changes.push_back(change("deploy", kStart - 4 * kMinute, "berths", ref));
    }
    std::vector<model::SuspectChange> reviewed() {
        const Suspicion suspicion =
            weigh_changes(incident, signals, Topology(std::vector<model::Edge>()), detection);
        return review_suspects(incident, suspicion,
                               std::vector<double>(suspicion.suspects.size(), 0.5), detection);
    }
};

ReviewScene exhausted() {
    ReviewScene scene;
    scene.ship("guilty", kPool, {"db/pool.go"});
    add_lines(scene.detection, "berths", "pool exhausted: timed out acquiring connection",
              kStart - 2 * kMinute);
    return scene;
}

TEST(ChangeReview, points_at_the_line_that_brings_the_clue_about_and_cites_both) {
    ReviewScene scene = exhausted();
    const auto reviewed = scene.reviewed();
    ASSERT_THAT(reviewed, SizeIs(1));
    const model::SuspectChange& one = reviewed.front();
    EXPECT_EQ(one.ref, "guilty");
    EXPECT_EQ(one.kind, "commit");
    EXPECT_EQ(one.live, kStart - 4 * kMinute);
    ASSERT_THAT(one.evidence, SizeIs(2));  // the commit and its deploy
    ASSERT_FALSE(one.lines.empty());
    const model::SuspectLine& line = one.lines.front();
    EXPECT_EQ(line.file, "db/pool.go");
    EXPECT_EQ(line.line, 41);
    EXPECT_FALSE(line.removed);
    EXPECT_EQ(line.text, "pool.maxConns = 4");
    EXPECT_THAT(line.statement, HasSubstr("from 40 to 4"));
    EXPECT_THAT(line.suggestion, HasSubstr("back to 40"));
    EXPECT_EQ(line.evidence.front(), one.evidence.front());
    EXPECT_THAT(line.evidence, Contains(scene.detection.findings[0].clue.evidence[0]));
    EXPECT_FALSE(one.reasons.empty());
}

TEST(ChangeReview, a_stack_trace_leads_to_the_changed_line_it_names) {
    ReviewScene scene;
    scene.ship("guilty",
               "--- a/web/render.go\n+++ b/web/render.go\n@@ -10,2 +10,3 @@\n line\n"
               "+\tout := cart.Lines[0]\n line\n",
               {"web/render.go"});
    add_lines(scene.detection, "berths", "panic: runtime error at web/render.go:11 +0x1d",
              kStart - 2 * kMinute);
    const auto reviewed = scene.reviewed();
    ASSERT_THAT(reviewed, SizeIs(1));
    bool found = false;
    for (const model::SuspectLine& line : reviewed[0].lines)
        if (line.statement.find("`render.go:11`") != std::string::npos) {
            found = true;
            EXPECT_EQ(line.file, "web/render.go");
            EXPECT_EQ(line.line, 11);
            EXPECT_EQ(line.text, "out := cart.Lines[0]");
            EXPECT_THAT(line.evidence, Contains(scene.detection.findings[0].clue.evidence[0]));
        }
    EXPECT_TRUE(found);
}

TEST(ChangeReview, a_line_that_took_something_away_has_its_old_number) {
    ReviewScene scene;
    scene.ship("guilty",
               "--- a/api.py\n+++ b/api.py\n@@ -7,3 +7,2 @@\n a\n-    if user is None:\n b\n",
               {"api.py"});
    add_lines(scene.detection, "berths", "TypeError: 'NoneType' object in api.py:8",
              kStart - 2 * kMinute);
    const auto reviewed = scene.reviewed();
    ASSERT_THAT(reviewed, SizeIs(1));
    ASSERT_FALSE(reviewed[0].lines.empty());
    EXPECT_TRUE(reviewed[0].lines[0].removed);
    EXPECT_EQ(reviewed[0].lines[0].line, 8);
}

TEST(ChangeReview, what_was_over_before_a_change_was_live_is_not_explained_by_it) {
    ReviewScene scene;
    scene.ship("late", kPool, {"db/pool.go"});
    add_lines(scene.detection, "berths", "pool exhausted: timed out acquiring connection",
              kStart - 60 * kMinute);
    for (const model::SuspectChange& one : scene.reviewed()) EXPECT_THAT(one.lines, IsEmpty());
}

TEST(ChangeReview, is_bounded_and_leaves_out_what_is_not_worth_a_look) {
    ReviewScene scene = exhausted();
    for (int i = 0; i < 30; ++i) scene.ship("more" + std::to_string(i), kPool, {"db/pool.go"});
    EXPECT_THAT(scene.reviewed(), SizeIs(8));
    const Suspicion suspicion = weigh_changes(
        scene.incident, scene.signals, Topology(std::vector<model::Edge>()), scene.detection);
    EXPECT_THAT(
        review_suspects(scene.incident, suspicion,
                        std::vector<double>(suspicion.suspects.size(), 0.01), scene.detection),
        IsEmpty());
}

TEST(DiffPlace, lines_are_numbered_on_their_own_side) {
    const auto lines = numbered(hunks_of(change("commit", 0, "x", "y", kPool)));
    std::vector<std::pair<char, std::size_t>> seen;
    for (const DiffLine& one : lines) seen.emplace_back(one.sign, one.line);
    const std::vector<std::pair<char, std::size_t>> wanted{{' ', 39}, {' ', 40}, {'-', 41},
                                                           {'+', 41}, {' ', 42}, {' ', 43}};
    EXPECT_EQ(seen, wanted);
}

TEST(DiffPlace, a_diff_without_numbers_has_none) {
    const auto lines = numbered(hunks_of(change("commit", 0, "x", "y", "@@ db/pool.go\n-a\n+b\n")));
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_EQ(lines[1].line, 0U);
}

}  // namespace
}  // namespace insight::analysis::changes
