#include "github/patch_lines.h"

#include <gtest/gtest.h>

namespace insight::github {
namespace {

// one two three four five six -> zero one TWO three five six seven
constexpr const char* kPatch =
    "@@ -1,6 +1,7 @@ where\n"
    "+zero\n"
    " one\n"
    "-two\n"
    "+TWO\n"
    " three\n"
    "-four\n"
    " five\n"
    " six\n"
    "+seven\n"
    "\\ No newline at end of file";

TEST(PatchLines, follows_every_line_back) {
    const std::vector<std::pair<int, int>> pairs{{1, 0}, {2, 1}, {3, 0}, {4, 3},
                                                 {5, 5}, {6, 6}, {7, 0}};
    for (const auto& [after, before] : pairs)
        EXPECT_EQ(line_before(kPatch, after), before) << after;
}

TEST(PatchLines, lines_between_and_behind_hunks_shift) {
    const char* patch = "@@ -10,1 +10,3 @@\n ten\n+a\n+b\n@@ -50 +51,0 @@\n-fifty";
    EXPECT_EQ(line_before(patch, 9), 9);
    EXPECT_EQ(line_before(patch, 13), 11);
    EXPECT_EQ(line_before(patch, 51), 49);
    EXPECT_EQ(line_before(patch, 53), 52);
}

TEST(PatchLines, a_new_file_is_all_new) {
    EXPECT_EQ(line_before("@@ -0,0 +1,2 @@\n+a\n+b", 2), 0);
}

TEST(PatchLines, what_is_no_patch_gives_nothing) {
    for (const char* text : {"", "hello", "@@ nonsense @@\n a", "@@ -1 @@\n a", "\n\n",
                             "@@ -99999999999999 +1 @@\n a"})
        EXPECT_EQ(line_before(text, 1), std::nullopt) << text;
}

}  // namespace
}  // namespace insight::github
