#include "github/landing.h"

#include <gmock/gmock.h>

namespace insight::github {
namespace {

Commit commit(std::string sha, std::vector<std::string> parents, Nanos time) {
    Commit out;
    out.sha = std::move(sha);
    out.parents = std::move(parents);
    out.committed_at = time;
    return out;
}

std::map<std::string, Nanos> times(const std::vector<Commit>& listed) {
    std::map<std::string, Nanos> out;
    for (const Landed& one : landings(listed)) out[one.commit->sha] = one.time;
    return out;
}

TEST(Landing, a_straight_history_lands_when_it_was_committed) {
    EXPECT_EQ(times({commit("c", {"b"}, 30), commit("b", {"a"}, 20)}),
              (std::map<std::string, Nanos>{{"b", 20}, {"c", 30}}));
}

TEST(Landing, commits_of_a_branch_land_with_its_merge) {
    // m merges the branch x-y, which was cut from a, into b.
    EXPECT_EQ(times({commit("m", {"b", "y"}, 50), commit("y", {"x"}, 12), commit("b", {"a"}, 40),
                     commit("x", {"a"}, 11)}),
              (std::map<std::string, Nanos>{{"b", 40}, {"x", 50}, {"y", 50}}));
}

TEST(Landing, merges_of_the_trunk_into_a_branch_land_nothing_of_the_trunk) {
    // y merged b of the trunk into the branch; m merged the branch back.
    EXPECT_EQ(times({commit("m", {"b", "y"}, 50), commit("y", {"x", "b"}, 45),
                     commit("b", {"a"}, 40), commit("x", {"a"}, 11)}),
              (std::map<std::string, Nanos>{{"b", 40}, {"x", 50}}));
}

TEST(Landing, nested_merges_land_with_the_outermost) {
    EXPECT_EQ(times({commit("m2", {"m1", "z"}, 60), commit("z", {"m1"}, 55),
                     commit("m1", {"a", "x"}, 50), commit("x", {"a"}, 11)}),
              (std::map<std::string, Nanos>{{"x", 50}, {"z", 60}}));
}

TEST(Landing, a_merge_without_listed_commits_stands_for_them) {
    EXPECT_EQ(times({commit("m", {"b", "old"}, 50)}), (std::map<std::string, Nanos>{{"m", 50}}));
}

TEST(Landing, circles_and_repeats_end) {
    EXPECT_NO_FATAL_FAILURE(times({commit("a", {"b", "a"}, 5), commit("b", {"a", "b"}, 4),
                                   commit("a", {"b"}, 3), commit("", {"", ""}, 2)}));
    EXPECT_TRUE(landings({}).empty());
}

}  // namespace
}  // namespace insight::github
