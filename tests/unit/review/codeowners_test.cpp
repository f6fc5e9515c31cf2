#include "agent/review/codeowners.h"

#include <gtest/gtest.h>

namespace insight::review {
namespace {

using Owners = std::vector<std::string>;

// The cases are those of GitHub's documentation ("About code owners").
TEST(CodeOwners, the_last_pattern_that_fits_counts) {
    const CodeOwners owners(
        "# a comment\n*       @global-owner1 @global-owner2\n*.js    @js-owner #inline\n"
        "*.go docs@example.com\n/build/logs/ @doctocat\ndocs/*  docs@example.org\n"
        "apps/ @octocat\n/docs/ @doctocat\n/scripts/ @doctocat @octocat\n**/logs @logs\n"
        "/apps/github\n");
    EXPECT_EQ(owners.of("README.md"), (Owners{"@global-owner1", "@global-owner2"}));
    EXPECT_EQ(owners.of("src/deep/a.js"), Owners{"@js-owner"});
    EXPECT_EQ(owners.of("main.go"), Owners{"docs@example.com"});
    EXPECT_EQ(owners.of("build/logs/x/y.txt"), Owners{"@logs"});
    EXPECT_EQ(owners.of("deeply/nested/apps/x.txt"), Owners{"@octocat"});
    EXPECT_EQ(owners.of("docs/a.md"), Owners{"@doctocat"});
    EXPECT_EQ(owners.of("scripts/run.sh"), (Owners{"@doctocat", "@octocat"}));
    EXPECT_EQ(owners.of("a/b/logs/c"), Owners{"@logs"});
    EXPECT_EQ(owners.of("apps/github/x"), Owners{}) << "a pattern without owners takes them away";
}

TEST(CodeOwners, a_star_stays_within_its_folder) {
    const CodeOwners owners("docs/* @docs\r\n");
    EXPECT_EQ(owners.of("docs/getting-started.md"), Owners{"@docs"});
    EXPECT_EQ(owners.of("docs/build-app/troubleshooting.md"), Owners{});
}

TEST(CodeOwners, what_github_does_not_read_is_left_out) {
    const CodeOwners owners("!x @a\n[ab].txt @b\n\n   \n");
    EXPECT_TRUE(owners.empty());
}

}  // namespace
}  // namespace insight::review
