#include "github/edits/unified_diff.h"

#include <gtest/gtest.h>

#include <random>

#include "github/edits/line_diff.h"
#include "github/edits/lines.h"

namespace insight::github::edits {
namespace {

using base::ErrorKind;

const std::string kText = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n";

base::Result<std::string> patched(const std::string& diff, const std::string& content,
                                  bool forgive = false) {
    const auto patches = read_diff(diff, forgive);
    if (!patches) return base::fail(patches.error());
    return apply_patch(patches->at(0), content);
}

std::string diff_of(const std::string& hunks) {
    return "--- a/x.txt\n+++ b/x.txt\n" + hunks;
}

TEST(UnifiedDiff, what_is_written_applies_whatever_the_texts) {
    std::mt19937 random(7);
    const auto text = [&] {
        std::string out;
        for (auto lines = random() % 40; lines > 0; --lines)
            out += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
        if (random() % 3 == 0 && !out.empty()) out.pop_back();
        return out;
    };
    for (int round = 0; round < 2'000; ++round) {
        const std::string before = text();
        const std::string after = text();
        if (before == after) continue;
        const std::string diff = write_diff("x.txt", before, after);
        const auto result = patched(diff, before);
        ASSERT_TRUE(result) << result.error().text() << "\n" << diff;
        ASSERT_EQ(*result, after) << diff;
    }
}

TEST(UnifiedDiff, differences_are_the_fewest) {
    const std::string left = "a\nb\nc\na\nb\nb\na\n";
    const std::string right = "c\nb\na\nb\na\nc\n";  // the example of Myers' paper: five edits
    std::size_t edits = 0;
    for (const LineChange& change : line_changes(lines_of(left), lines_of(right)))
        edits += change.left_end - change.left_begin + change.right_end - change.right_begin;
    EXPECT_EQ(edits, 5U);
}

TEST(UnifiedDiff, a_hunk_that_moved_is_found_where_it_is_the_only_place) {
    EXPECT_EQ(patched(diff_of("@@ -1,3 +1,3 @@\n e\n-f\n+F\n g\n"), kText).value(),
              "a\nb\nc\nd\ne\nF\ng\nh\ni\nj\n");
    const auto twice = patched(diff_of("@@ -9,1 +9,1 @@\n-x\n+y\n"), "x\nx\n");
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().kind, ErrorKind::Conflict);
    EXPECT_NE(twice.error().message.find("lines 1 and 2"), std::string::npos);
}

TEST(UnifiedDiff, a_line_that_differs_is_named) {
    const auto result = patched(diff_of("@@ -2,3 +2,3 @@\n b\n-X\n+y\n d\n"), kText);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Conflict);
    EXPECT_EQ(result.error().message, "hunk 1 does not fit: line 3 should be 'X'");
}

TEST(UnifiedDiff, counts_are_believed_or_counted) {
    const std::string wrong = diff_of("@@ -2,7 +2,9 @@\n b\n-c\n+C\n d\n");
    EXPECT_EQ(patched(wrong, kText).error().kind, ErrorKind::Invalid);
    EXPECT_EQ(patched(wrong, kText, true).value(), "a\nb\nC\nd\ne\nf\ng\nh\ni\nj\n");
}

TEST(UnifiedDiff, a_file_with_carriage_returns_keeps_them) {
    EXPECT_EQ(patched(diff_of("@@ -1,2 +1,3 @@\n a\n-b\n+B\n+C\n"), "a\r\nb\r\nc\r\n").value(),
              "a\r\nB\r\nC\r\nc\r\n");
}

TEST(UnifiedDiff, files_come_go_and_are_renamed) {
    const auto patches = read_diff(
        "diff --git a/new.txt b/new.txt\nnew file mode 100644\n--- /dev/null\n+++ b/new.txt\n"
        "@@ -0,0 +1,2 @@\n+one\n+two\n"
        "diff --git a/old.txt b/old.txt\ndeleted file mode 100644\nindex 1234567..0000000\n"
        "--- a/old.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n"
        "diff --git a/from.txt b/to.txt\nsimilarity index 100%\nrename from from.txt\n"
        "rename to to.txt\n");
    ASSERT_TRUE(patches) << patches.error().text();
    ASSERT_EQ(patches->size(), 3U);
    EXPECT_EQ(apply_patch((*patches)[0], "").value(), "one\ntwo\n");
    EXPECT_TRUE((*patches)[1].new_path.empty());
    EXPECT_EQ(apply_patch((*patches)[1], "gone\n").value(), "");
    EXPECT_EQ((*patches)[2].old_path, "from.txt");
    EXPECT_EQ((*patches)[2].new_path, "to.txt");
}

TEST(UnifiedDiff, what_is_no_plain_patch_is_refused) {
    const auto kind = [](const std::string& text) {
        const auto patches = read_diff(text);
        return patches ? ErrorKind::Internal : patches.error().kind;
    };
    EXPECT_EQ(kind(""), ErrorKind::Invalid);
    EXPECT_EQ(kind("Here is the patch:\n" + diff_of("@@ -1 +1 @@\n-a\n+b\n")), ErrorKind::Invalid);
    EXPECT_EQ(kind("diff --git a/x b/x\nGIT binary patch\nliteral 3\n"), ErrorKind::Invalid);
    EXPECT_EQ(kind("diff --git a/x b/x\nBinary files a/x and b/x differ\n"), ErrorKind::Invalid);
    EXPECT_EQ(kind("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n"), ErrorKind::Invalid);
    EXPECT_EQ(kind("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n"
                   "@@ -0,0 +1 @@\n+/etc/passwd\n"),
              ErrorKind::Invalid);
    EXPECT_EQ(kind("--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n"), ErrorKind::Invalid);
    EXPECT_EQ(kind("--- a/x\n+++ /etc/passwd\n@@ -1 +1 @@\n-a\n+b\n"), ErrorKind::Invalid);
    EXPECT_EQ(kind(diff_of("@@ -1 +1 @@\n-a\n+b\n") + diff_of("@@ -1 +1 @@\n-a\n+b\n")),
              ErrorKind::Invalid);
    EXPECT_EQ(kind(diff_of("@@ -99999999999999999999 +1 @@\n-a\n+b\n")), ErrorKind::Invalid);
    EXPECT_EQ(kind(diff_of("@@ -1,3 +1,3 @@\n-a\n+b\n")), ErrorKind::Invalid);
    EXPECT_EQ(kind(std::string(2U << 20, 'x')), ErrorKind::TooLarge);
}

TEST(UnifiedDiff, hostile_names_are_quoted_and_read_back) {
    const std::string name = "dir with blank/caf\xc3\xa9 \"x\"\ttab.txt";
    const auto patches = read_diff(write_diff(name, "a\n", "b\n"));
    ASSERT_TRUE(patches) << patches.error().text();
    EXPECT_EQ(patches->at(0).new_path, name);
}

TEST(UnifiedDiff, the_end_of_a_file_without_a_line_break_is_exact) {
    EXPECT_EQ(write_diff("x", "a\nb", "a\nc"),
              "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end "
              "of file\n+c\n\\ No newline at end of file\n");
    EXPECT_EQ(patched(write_diff("x", "a\nb", "a\nb\n"), "a\nb").value(), "a\nb\n");
    EXPECT_EQ(patched(write_diff("x", "a\nb\n", "a\nb"), "a\nb\n").value(), "a\nb");
}

}  // namespace
}  // namespace insight::github::edits
