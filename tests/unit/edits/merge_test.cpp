#include "github/edits/merge.h"

#include <gtest/gtest.h>

namespace insight::github::edits {
namespace {

const std::string kBase = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

TEST(Merge, changes_in_different_places_come_together) {
    EXPECT_EQ(
        merge(kBase, "1\n2\nthree\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\neight\n9\nten\n")
            .value(),
        "1\n2\nthree\n4\n5\n6\n7\neight\n9\nten\n");
    EXPECT_EQ(merge(kBase, "0\n" + kBase, kBase.substr(0, 14)).value(), "0\n1\n2\n3\n4\n5\n6\n7\n");
}

TEST(Merge, one_side_alone_wins) {
    EXPECT_EQ(merge(kBase, kBase, "x\n").value(), "x\n");
    EXPECT_EQ(merge(kBase, "x\n", kBase).value(), "x\n");
    EXPECT_EQ(merge(kBase, "x\n", "x\n").value(), "x\n");
    EXPECT_EQ(merge("", "", "new\n").value(), "new\n");
}

TEST(Merge, the_same_place_changed_twice_is_a_conflict_with_its_lines) {
    const auto both =
        merge(kBase, "1\n2\nthree\n4\n5\n6\n7\n8\n9\n", "1\n2\ntrois\n4\n5\n6\n7\n8\n9\n");
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().kind, base::ErrorKind::Conflict);
    EXPECT_EQ(both.error().message, "lines 3 to 3 were changed since");
    EXPECT_FALSE(merge(kBase, "1\n2\n4\n5\n6\n7\n8\n9\n", "1\n2\ntrois\n4\n5\n6\n7\n8\n9\n"));
    EXPECT_FALSE(merge(kBase, "1\n2\na\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\nb\n3\n4\n5\n6\n7\n8\n9\n"));
}

}  // namespace
}  // namespace insight::github::edits
