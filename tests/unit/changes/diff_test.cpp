#include "analysis/changes/diff.h"

#include <gtest/gtest.h>

#include "tests/unit/changes/builders.h"

namespace insight::analysis::changes {
namespace {

using test::change;

TEST(Diff, reads_the_unified_form_of_git) {
    const auto hunks = hunks_of(change("commit", 1, "", "r1",
                                       "diff --git a/ship/rate.go b/ship/rate.go\n"
                                       "index 12..34 100644\n--- a/ship/rate.go\n"
                                       "+++ b/ship/rate.go\n@@ -10,3 +10,3 @@ func Rate() {\n"
                                       " \tx := 1\n-\ty := 2\n+\ty := 3\n"));
    ASSERT_FALSE(hunks.empty());
    const Hunk& hunk = hunks.back();
    EXPECT_EQ(hunk.file, "ship/rate.go");
    EXPECT_EQ(hunk.removed, std::vector<std::string>{"\ty := 2"});
    EXPECT_EQ(hunk.added, std::vector<std::string>{"\ty := 3"});
    EXPECT_EQ(hunk.context, std::vector<std::string>{"\tx := 1"});
}

TEST(Diff, reads_hunks_that_only_name_a_file_and_bare_lines) {
    const auto named =
        hunks_of(change("commit", 1, "", "r1", "@@ deploy/ship.yaml @@\n-a: 1\n+a: 2\n"));
    ASSERT_EQ(named.size(), 1U);
    EXPECT_EQ(named[0].file, "deploy/ship.yaml");
    const auto bare = hunks_of(change("commit", 1, "", "r1", "-a: 1\n+a: 2", {"ship.env"}));
    ASSERT_EQ(bare.size(), 1U);
    EXPECT_EQ(bare[0].file, "ship.env") << "the only file of the change";
    EXPECT_EQ(bare[0].added, std::vector<std::string>{"a: 2"});
}

TEST(Diff, a_setting_without_a_diff_gives_the_lines_that_differ) {
    model::Change scaling = change("scaling", 1, "parcel", "s1");
    scaling.before = "6";
    scaling.after = "2";
    const auto hunks = hunks_of(scaling);
    ASSERT_EQ(hunks.size(), 1U);
    EXPECT_EQ(hunks[0].removed, std::vector<std::string>{"replicas: 6"});
    EXPECT_EQ(hunks[0].added, std::vector<std::string>{"replicas: 2"});

    model::Change config = change("config", 1, "parcel", "c1");
    config.before = "a: 1\nb: 2";
    config.after = "a: 1\nb: 9";
    EXPECT_EQ(hunks_of(config)[0].removed, std::vector<std::string>{"b: 2"});

    model::Change named = change("config", 1, "parcel", "c2");
    named.before = "4MB";
    named.after = "64kB";
    for (const char* summary : {"setting work_mem was changed from 4MB to 64kB",
                                "work_mem (10.0.0.7:9187) changed from 4 to 6"}) {
        named.summary = summary;
        EXPECT_EQ(hunks_of(named)[0].removed, std::vector<std::string>{"work_mem: 4MB"});
    }

    model::Change image = change("image", 1, "parcel", "i1");
    image.summary = "Deployment shop/parcel was rolled out";
    image.before = "parcel=shop/parcel:1.4.2";
    image.after = "parcel=shop/parcel:1.5.0";
    EXPECT_EQ(hunks_of(image)[0].removed,
              std::vector<std::string>{"image: parcel=shop/parcel:1.4.2"});

    model::Change deploy = change("deploy", 1, "parcel", "d1");
    deploy.before = "v1";
    deploy.after = "v2";
    EXPECT_TRUE(hunks_of(deploy).empty()) << "a version number says nothing of its content";
}

TEST(Diff, hostile_text_is_bounded_and_never_an_error) {
    std::string diff(1'000'000, '+');
    EXPECT_LE(hunks_of(change("commit", 1, "", "r1", diff))[0].added[0].size(), 400U);
    diff.clear();
    for (int i = 0; i < 50'000; ++i) diff += "+\n@@\n-\n";
    std::size_t lines = 0;
    for (const Hunk& hunk : hunks_of(change("commit", 1, "", "r1", diff)))
        lines += hunk.lines.size();
    EXPECT_LE(lines, 2'000U);
    EXPECT_NO_THROW(hunks_of(change("commit", 1, "", "r1", std::string("\0@@\xff\n+\0", 8))));
}

}  // namespace
}  // namespace insight::analysis::changes
