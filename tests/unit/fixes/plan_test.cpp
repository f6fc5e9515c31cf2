#include "agent/fixes/plan.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace insight::fixes {
namespace {

Plan plan() {
    Plan plan;
    plan.incident = "inc-1";
    plan.role = "fix";
    plan.repository = {"acme", "shop"};
    plan.base = "main";
    plan.branch = branch_for("inc-1", "fix");
    plan.title = "revert";
    plan.labels = {"incident"};
    plan.files = {{"a.yaml", "00", "x: 1\n", false}, {"b.yaml", std::nullopt, "y\n", true}};
    plan.diff = "a diff";
    return plan;
}

TEST(Plan, comes_back_from_its_json_with_the_same_digest) {
    const auto again = plan_from_json(to_json(plan()));
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(digest(*again), digest(plan()));
    EXPECT_EQ(again->files, plan().files);
    EXPECT_EQ(key_of(plan()), "inc-1.fix." + digest(plan()).substr(0, 16));
}

TEST(Plan, whatever_would_be_done_differently_has_another_digest) {
    const std::vector<std::function<void(Plan&)>> changes{
        [](Plan& p) { p.repository.name = "other"; },
        [](Plan& p) { p.base = "prod"; },
        [](Plan& p) { p.branch += "x"; },
        [](Plan& p) { p.title += "x"; },
        [](Plan& p) { p.message += "x"; },
        [](Plan& p) { p.body += "x"; },
        [](Plan& p) { p.draft = false; },
        [](Plan& p) { p.labels.clear(); },
        [](Plan& p) { p.files[0].after = "x: 2\n"; },
        [](Plan& p) { p.files[0].before = "01"; },
        [](Plan& p) { p.files[1].executable = false; },
        [](Plan& p) { p.files.pop_back(); }};
    std::set<std::string> digests{digest(plan())};
    for (const auto& change : changes) {
        Plan other = plan();
        change(other);
        EXPECT_TRUE(digests.insert(digest(other)).second);
    }
}

TEST(Plan, one_that_was_tampered_with_is_refused) {
    base::Json json = to_json(plan());
    json["files"][0]["after"] = "x: 666\n";
    const auto again = plan_from_json(json);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().kind, base::ErrorKind::Corrupt);
    EXPECT_FALSE(plan_from_json(base::Json::array()));
}

TEST(Plan, branches_have_names_that_git_takes) {
    EXPECT_EQ(branch_for("inc-0a", "fix"), "insight/fix/inc-0a");
    EXPECT_EQ(branch_for("a b..c~^:?*[\\@{", "monitoring"), "insight/monitoring/a-b--c---------");
}

}  // namespace
}  // namespace insight::fixes
