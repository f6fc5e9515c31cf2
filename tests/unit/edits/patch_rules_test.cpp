#include "github/edits/patch_rules.h"

#include <gtest/gtest.h>

namespace insight::github::edits {
namespace {

using base::ErrorKind;

TEST(PatchRules, paths_that_leave_the_repository_or_fool_people_are_invalid) {
    for (const char* bad : {"", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/",
                            ".git/config", "a/.GIT/hooks", "git~1/x", ".git./x", "a\\b", "a\nb",
                            "a\x7f", ".g\xE2\x80\x8Cit/config", "x\xE2\x80\xAEtxt.exe"})
        EXPECT_FALSE(check_path(bad)) << bad;
    EXPECT_FALSE(check_path(std::string(2000, 'a')));
    for (const char* fine :
         {"a", ".github/x", "caf\xc3\xa9/\xe2\x9c\x93.yaml", "a b/c", ".gitignore"})
        EXPECT_TRUE(check_path(fine)) << fine;
}

TEST(PatchRules, patterns_stay_within_a_folder_unless_they_say_otherwise) {
    EXPECT_TRUE(fits_pattern("deploy/a/b.yaml", "deploy/**"));
    EXPECT_TRUE(fits_pattern("deploy/b.yaml", "deploy/"));
    EXPECT_TRUE(fits_pattern("a/b/c.yaml", "**/*.yaml"));
    EXPECT_TRUE(fits_pattern("c.yaml", "**/*.yaml"));
    EXPECT_FALSE(fits_pattern("a/b.yaml", "*.yaml"));
    EXPECT_FALSE(fits_pattern("a/b", "a?b"));
    EXPECT_TRUE(fits_pattern("x/y/CODEOWNERS", "**/CODEOWNERS"));
    EXPECT_FALSE(fits_pattern("x/yCODEOWNERS", "**/CODEOWNERS"));
    EXPECT_TRUE(fits_pattern("a/b", "a/*"));
    EXPECT_FALSE(fits_pattern("a/b/c", "a/*"));
    EXPECT_TRUE(fits_pattern("", ""));
    EXPECT_FALSE(fits_pattern("a", ""));
    // Whoever names a file must not be able to make a denied pattern give up.
    const std::string hostile = std::string(900, 'a');
    EXPECT_FALSE(fits_pattern(hostile, "**a**a**a**a**a**a**a**a**a**b"));
    EXPECT_TRUE(fits_pattern(hostile + "b", "**a**a**a**a**a**a**a**a**a**b"));
}

TEST(PatchRules, what_runs_with_the_rights_of_the_repository_is_never_touched) {
    PatchRules rules;
    rules.allowed = {"**"};
    for (const char* path : {".github/workflows/ci.yml", ".GitHub/Workflows/x.yml", "CODEOWNERS",
                             "docs/CODEOWNERS", ".gitmodules", "Jenkinsfile"}) {
        const auto touched = may_touch(path, rules);
        ASSERT_FALSE(touched) << path;
        EXPECT_EQ(touched.error().kind, ErrorKind::Denied);
    }
    EXPECT_TRUE(may_touch("src/main.go", rules));
}

TEST(PatchRules, allowed_and_denied_patterns_decide_the_rest) {
    PatchRules rules;
    rules.allowed = {"deploy/**"};
    rules.denied = {"deploy/secrets/**"};
    EXPECT_TRUE(may_touch("deploy/web.yaml", rules));
    EXPECT_EQ(may_touch("deploy/secrets/a.yaml", rules).error().kind, ErrorKind::Denied);
    EXPECT_EQ(may_touch("src/main.go", rules).error().kind, ErrorKind::Denied);
}

}  // namespace
}  // namespace insight::github::edits
