#include "agent/fixes/choose.h"

#include <gtest/gtest.h>

#include "github/repository.h"

namespace insight::fixes {
namespace {

using base::Json;

const std::string kSha(40, 'a');

model::Change commit() {
    model::Change change;
    change.time = 1'000 * base::kSecond;
    change.kind = "commit";
    change.entity = "orders";
    change.summary = "smaller pool";
    change.ref = kSha;
    change.files = {"services/orders/pool.go"};
    return change;
}

model::Change rollout() {
    model::Change change;
    change.time = 1'000 * base::kSecond;
    change.kind = "image";
    change.entity = "web";
    change.summary = "Deployment shop/web was rolled out";
    change.ref = "kubernetes/main deployment shop/web";
    return change;
}

github::Watched watched(const char* repository, const char* service) {
    github::Watched out;
    out.name = *github::parse_name(repository);
    out.service = service;
    return out;
}

TEST(Choose, finds_the_change_that_the_first_cause_cites) {
    model::Signals signals;
    signals.changes = {commit()};
    const Json content{{"kind", "change"},
                       {"ref", kSha},
                       {"time", base::format_rfc3339(signals.changes[0].time)},
                       {"summary", "smaller pool"}};
    const Json report{
        {"causes", {{{"probability", 0.9}, {"statement", "x"}, {"evidence", {"E2", "E1", "E9"}}}}},
        {"evidence",
         {{"E1", {{"content", content}}}, {"E2", {{"content", {{"kind", "series"}}}}}}}};
    const auto blamed = blamed_changes(report, signals);
    ASSERT_EQ(blamed.size(), 1U);
    EXPECT_EQ(blamed[0].change, &signals.changes[0]);
    EXPECT_DOUBLE_EQ(blamed[0].probability, 0.9);
    EXPECT_TRUE(blamed_changes({{"causes", Json::array()}}, signals).empty());
    EXPECT_TRUE(blamed_changes(Json("nonsense"), signals).empty());
}

TEST(Choose, a_commit_is_reverted_where_its_service_lives_first) {
    const model::Change change = commit();
    const auto choice = fix_for({&change, 0.9, "", {"E1"}}, {},
                                {watched("acme/web", "web"), watched("acme/orders", "orders")});
    ASSERT_EQ(choice.fixes.size(), 2U);
    EXPECT_EQ(choice.fixes[0].kind, FixKind::Revert);
    EXPECT_EQ(choice.fixes[0].repository.text(), "acme/orders");
    EXPECT_EQ(choice.fixes[0].commit, kSha);
    EXPECT_NE(fix_for({&change, 0.9, "", {}}, {}, {}).why_not, "");
}

TEST(Choose, what_a_rollout_changed_goes_back_value_by_value) {
    model::Change change = rollout();
    change.before = "web=shop/web:1.4, proxy=envoy:1";
    change.after = "web=shop/web:1.5, proxy=envoy:2";
    change.diff =
        "web env POOL: 40 → 2\nweb env KEY: <api_key:0123456789ab> → <api_key:ba9876543210>\n"
        "web resources: {\"limits\":{\"cpu\":\"1\",\"memory\":\"512Mi\"}} → "
        "{\"limits\":{\"cpu\":\"1\",\"memory\":\"64Mi\"}}\nlabel app: a → b\nweb env NEW: (none) → "
        "1";
    const auto choice = fix_for({&change, 0.9, "", {}}, {}, {watched("acme/web", "web")});
    ASSERT_EQ(choice.fixes.size(), 1U) << choice.why_not;
    std::vector<std::string> told;
    for (const FileValue& value : choice.fixes[0].values) {
        EXPECT_EQ(value.change.object.name, "web");
        told.push_back(value.change.path + ": " + value.change.expected.value_or("") + " → " +
                       github::edits::plain_text(value.change.value));
    }
    EXPECT_EQ(told,
              (std::vector<std::string>{
                  "spec.template.spec.containers[name=web].image: shop/web:1.5 → shop/web:1.4",
                  "spec.template.spec.containers[name=proxy].image: envoy:2 → envoy:1",
                  "spec.template.spec.containers[name=web].env[name=POOL].value: 2 → 40",
                  "spec.template.spec.containers[name=web].resources.limits.memory: 64Mi → "
                  "512Mi"}));
}

TEST(Choose, what_lies_in_no_repository_is_said) {
    model::Change change = rollout();
    EXPECT_NE(fix_for({&change, 0.9, "", {}}, {}, {}).why_not, "") << "nothing is known of before";
    change.ref = "flag:cart_v2";
    EXPECT_NE(fix_for({&change, 0.9, "", {}}, {}, {}).why_not.find("flag:cart_v2"),
              std::string::npos);
}

}  // namespace
}  // namespace insight::fixes
