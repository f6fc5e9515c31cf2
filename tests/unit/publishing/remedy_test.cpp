#include "agent/publishing/remedy.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

base::Json plan(const std::string& kind, const std::vector<std::string>& paths) {
    base::Json files = base::Json::array();
    std::string diff;
    for (const std::string& path : paths) {
        files.push_back({{"path", path}});
        diff += "--- a/" + path + "\n+++ b/" + path + "\n@@ -1 +1 @@\n-old " + path + "\n+new " +
                path + "\n";
    }
    return {{"files", files}, {"diff", diff}, {"fix", {{"kind", kind}}}};
}

TEST(Remedy, each_file_has_its_own_part_of_the_diff) {
    const Remedy remedy = remedy_of(plan("revert", {"src/pool.go", "conf/pool.yaml"}));
    ASSERT_EQ(remedy.files.size(), 2U);
    EXPECT_EQ(remedy.files[0].diff,
              "--- a/src/pool.go\n+++ b/src/pool.go\n@@ -1 +1 @@\n-old src/pool.go\n+new "
              "src/pool.go\n");
    EXPECT_EQ(remedy.files[1].diff.find("pool.go"), std::string::npos);
    EXPECT_NE(remedy.files[1].diff.find("+new conf/pool.yaml"), std::string::npos);
    EXPECT_EQ(remedy.type, "code_change") << "one of them is code";
    EXPECT_EQ(remedy.description, "The change that brought the cause in was taken back.");
}

TEST(Remedy, a_removed_line_of_dashes_is_no_head) {
    base::Json one = plan("value", {"conf/a.yaml"});
    one["diff"] = one["diff"].get<std::string>() + "--- a separator\n-x\n";
    const Remedy remedy = remedy_of(one);
    EXPECT_NE(remedy.files[0].diff.find("-x"), std::string::npos);
    EXPECT_EQ(remedy.type, "config_change");
}

TEST(Remedy, what_was_done_by_hand_has_no_files) {
    const Remedy remedy = remedy_of(nullptr);
    EXPECT_TRUE(remedy.files.empty());
    EXPECT_EQ(remedy.description, "The cause was removed by hand.");
}

TEST(Remedy, a_plan_without_a_diff_harms_nothing) {
    for (const char* diff : {"", "--- ", "--- a\n", "\n\n", "--- a/x\n+++ "}) {
        base::Json one = plan("patch", {"x"});
        one["diff"] = diff;
        EXPECT_EQ(remedy_of(one).files.size(), 1U);
    }
}

}  // namespace
}  // namespace insight::agent
