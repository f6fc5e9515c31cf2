#include "analysis/history/similar.h"

#include <gtest/gtest.h>

namespace insight::analysis::history {
namespace {

model::PastIncident past(const std::string& id, std::map<std::string, double> features) {
    model::PastIncident out;
    out.incident = id;
    out.features = std::move(features);
    return out;
}

// What it looked like, asked about now.
Fingerprint now_like(const model::PastIncident& one) {
    return {one.features};
}

TEST(Similar, the_same_incident_is_entirely_similar) {
    const std::vector<model::PastIncident> all{
        past("a", {{"kind:x@service", 1}, {"line:lost the crane", 0.5}}),
        past("b", {{"kind:y@service", 1}})};
    const auto found = most_similar(now_like(all[0]), all);
    ASSERT_EQ(found.size(), 1U) << "nothing in common with b";
    EXPECT_EQ(found[0].past->incident, "a");
    EXPECT_DOUBLE_EQ(found[0].similarity, 1);
}

TEST(Similar, what_is_rare_says_more_than_what_every_incident_has) {
    std::vector<model::PastIncident> all{
        past("rare", {{"line:lost the crane", 1}, {"kind:z@service", 1}}),
        past("common", {{"kind:x@service", 1}, {"kind:z@service", 1}})};
    for (int i = 0; i < 20; ++i) all.push_back(past("other", {{"kind:x@service", 1}}));
    const Fingerprint now{{{"line:lost the crane", 1}, {"kind:x@service", 1}}};
    const auto found = most_similar(now, all, 30, 0);
    const auto at = [&](const char* id) {
        for (const Similar& one : found)
            if (one.past->incident == id) return one.similarity;
        return 0.0;
    };
    EXPECT_GT(at("rare"), at("common"));
    EXPECT_EQ(found[0].shared.size(), 1U);
}

TEST(Similar, conclusions_are_not_compared) {
    const std::vector<model::PastIncident> all{
        past("a", {{"kind:x@service", 1}, {"class:leak", 1}}), past("b", {{"class:leak", 1}})};
    const Fingerprint now{{{"kind:x@service", 1}, {"class:leak", 1}}};
    const auto found = most_similar(now, all, 5, 0);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_DOUBLE_EQ(found[0].similarity, 1);
}

TEST(Similar, equals_come_latest_first_and_few_are_given) {
    std::vector<model::PastIncident> all;
    for (int i = 0; i < 9; ++i) {
        all.push_back(past(std::to_string(i), {{"kind:x@service", 1}}));
        all.back().opened_at = i;
    }
    const auto found = most_similar(now_like(all[0]), all, 3);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].past->incident, "8");
    EXPECT_EQ(found[2].past->incident, "6");
}

TEST(Similar, nothing_past_and_nothing_seen_give_nothing) {
    const std::vector<model::PastIncident> all{past("a", {})};
    EXPECT_TRUE(most_similar({}, all, 5, 0).empty());
    EXPECT_TRUE(most_similar(Fingerprint{{{"kind:x@service", 1}}}, {}).empty());
}

}  // namespace
}  // namespace insight::analysis::history
