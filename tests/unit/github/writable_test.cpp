#include "github/writable.h"

#include <gmock/gmock.h>

namespace insight::github {
namespace {

constexpr const char* kSha = "0123456789abcdef0123456789abcdef01234567";

CommitRequest request(std::vector<FileEdit> edits) {
    return {"insight/fix/1", kSha, false, "fix", std::move(edits)};
}

TEST(Writable, ordinary_paths_pass) {
    for (const char* path : {"a", "deploy/values.yaml", ".github/workflows/x.yml", ".gitignore",
                             "ümlaut/日本.txt", "with space/x", "a'b"})
        EXPECT_TRUE(check_path(path)) << path;
}

TEST(Writable, a_long_path_hides_nothing_either) {
    EXPECT_TRUE(check_path(std::string(900, 'x')));
    EXPECT_FALSE(check_path(std::string(900, 'x') + "\u202e"));
    EXPECT_FALSE(check_path(std::string(2000, 'x')));
}

TEST(Writable, branches_are_as_git_has_them) {
    for (const char* name : {"main", "insight/fix/inc-1", "a+b#1", "v1.0"})
        EXPECT_TRUE(check_branch(name)) << name;
    for (const char* name : {"",   "HEAD", "-x",    "a..b", "a b",          "a~1",  "a^",     "a:b",
                             "a?", "a*",   "a[",    "a\\b", ".a",           "a/.b", "a.lock", "a/",
                             "/a", "a//b", "a@{1}", "@",    "refs/heads/x", "a.",   "a\nb",   kSha})
        EXPECT_FALSE(check_branch(name)) << name;
}

TEST(Writable, a_commit_says_clearly_what_is_wrong_with_it) {
    EXPECT_TRUE(check(request({{"a", "x"}, {"b", std::nullopt}})));
    EXPECT_FALSE(check(request({})));
    EXPECT_FALSE(check(request({{"a", "x"}, {"a", "y"}}))) << "twice";
    EXPECT_FALSE(check(request({{"a", "x"}, {"a/b", "y"}}))) << "file and folder";
    EXPECT_TRUE(check(request({{"a", std::nullopt}, {"a/b", "y"}}))) << "a file becomes a folder";
    EXPECT_FALSE(check(request({{"a", "x", EntryKind::Submodule}})));
    CommitRequest short_sha = request({{"a", "x"}});
    short_sha.parent = "0123456";
    EXPECT_FALSE(check(short_sha));
    const auto large = check(request({{"a", std::string(17 << 20, 'x')}}));
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind, base::ErrorKind::TooLarge);
}

}  // namespace
}  // namespace insight::github
