#include "github/read.h"

#include <gtest/gtest.h>

namespace insight::github {
namespace {

using base::Json;

TEST(Read, answers_of_any_shape_do_no_harm) {
    for (
        const char* text :
        {"null", "[]", "{}", "7", R"("text")", R"({"commit":[],"author":7,"parents":{}})",
         R"({"commit":{"author":"x","committer":{"date":5}},"parents":[1,null,{"sha":{}}]})",
         R"({"head":null,"base":[],"labels":[{},7,null,"x"],"user":[],"number":"x","mergeable":1})",
         R"({"filename":5,"additions":1e300,"patch":{},"status":"new"})",
         R"({"id":1e99,"created_at":"yesterday","assignees":{}})"}) {
        const Json json = Json::parse(text);
        std::size_t left = 100;
        commit_from(json);
        file_from(json, left);
        pull_request_from(json);
        comment_from(json);
        issue_from(json);
        check_run_from(json);
        status_from(json);
        release_from(json);
        deployment_from(json);
    }
}

TEST(Read, patches_are_cut_at_lines_and_counted_together) {
    std::size_t left = 20;
    const Json json{{"filename", "a"},
                    {"status", "modified"},
                    {"additions", 3},
                    {"deletions", 0},
                    {"patch", "@@ -1 +1,3 @@\n+one\n+two\n+three"}};
    const FileDiff first = file_from(json, left);
    EXPECT_EQ(first.patch, "@@ -1 +1,3 @@\n+one");
    EXPECT_TRUE(first.truncated);
    EXPECT_EQ(left, 2U);
    EXPECT_TRUE(file_from(json, left).patch.empty());
}

TEST(Read, a_merged_pull_request_is_not_merely_closed) {
    EXPECT_EQ(pull_request_from({{"state", "closed"}, {"merged_at", "2026-01-01T00:00:00Z"}}).state,
              PullState::Merged);
    EXPECT_EQ(pull_request_from({{"state", "closed"}, {"merged_at", nullptr}}).state,
              PullState::Closed);
    EXPECT_FALSE(pull_request_from({{"mergeable", nullptr}}).mergeable.has_value());
}

TEST(Read, a_check_is_failed_by_every_bad_end) {
    const auto state = [](const char* status, const char* conclusion) {
        return check_run_from({{"status", status}, {"conclusion", conclusion}}).state;
    };
    EXPECT_EQ(state("queued", ""), CheckState::Pending);
    EXPECT_EQ(state("completed", "success"), CheckState::Passed);
    EXPECT_EQ(state("completed", "skipped"), CheckState::Neutral);
    for (const char* bad : {"failure", "timed_out", "action_required", "startup_failure"})
        EXPECT_EQ(state("completed", bad), CheckState::Failed) << bad;
}

TEST(Read, texts_are_cleaned_and_bounded) {
    const Commit commit = commit_from({{"commit",
                                        {{"message",
                                          "a\x01"
                                          "b\n" +
                                              std::string(200'000, 'x')}}}});
    EXPECT_EQ(commit.message.substr(0, 3), "ab\n");
    EXPECT_LT(commit.message.size(), 80'000U);
}

}  // namespace
}  // namespace insight::github
