#include "analysis/history/similar.h"

#include <gtest/gtest.h>

namespace insight::analysis::history {
namespace {

Past past(const std::string& id, std::map<std::string, double> features,
          const std::string& cause_class = "", bool confirmed = false) {
    Past out;
    out.incident = id;
    out.fingerprint.features = std::move(features);
    out.cause_class = cause_class;
    out.confirmed = confirmed;
    return out;
}

TEST(Similar, the_same_incident_is_entirely_similar) {
    const std::vector<Past> all{past("a", {{"kind:x@service", 1}, {"line:lost the crane", 0.5}}),
                                past("b", {{"kind:y@service", 1}})};
    const auto found = most_similar(all[0].fingerprint, all);
    ASSERT_EQ(found.size(), 1U) << "nothing in common with b";
    EXPECT_EQ(found[0].past->incident, "a");
    EXPECT_DOUBLE_EQ(found[0].similarity, 1);
}

TEST(Similar, what_is_rare_says_more_than_what_every_incident_has) {
    std::vector<Past> all{past("rare", {{"line:lost the crane", 1}, {"kind:z@service", 1}}),
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
    const std::vector<Past> all{past("a", {{"kind:x@service", 1}, {"class:leak", 1}}),
                                past("b", {{"class:leak", 1}})};
    const Fingerprint now{{{"kind:x@service", 1}, {"class:leak", 1}}};
    const auto found = most_similar(now, all, 5, 0);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_DOUBLE_EQ(found[0].similarity, 1);
}

TEST(Similar, names_count_only_where_asked) {
    const std::vector<Past> all{past("same", {{"kind:x@service", 1}, {"name:crane", 0.5}}),
                                past("another", {{"kind:x@service", 1}, {"name:quay", 0.5}})};
    const auto with = most_similar(all[0].fingerprint, all, 5, 0);
    EXPECT_GT(with[0].similarity, with[1].similarity);
    const auto without = most_similar(all[0].fingerprint, all, 5, 0, Names::Ignored);
    EXPECT_DOUBLE_EQ(without[0].similarity, without[1].similarity);
}

TEST(Similar, equals_come_latest_first_and_few_are_given) {
    std::vector<Past> all;
    for (int i = 0; i < 9; ++i) {
        all.push_back(past(std::to_string(i), {{"kind:x@service", 1}}));
        all.back().opened_at = i;
    }
    const auto found = most_similar(all[0].fingerprint, all, 3);
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].past->incident, "8");
    EXPECT_EQ(found[2].past->incident, "6");
}

TEST(Similar, nothing_past_and_nothing_seen_give_nothing) {
    const std::vector<Past> all{past("a", {})};
    EXPECT_TRUE(most_similar({}, all, 5, 0).empty());
    EXPECT_TRUE(most_similar(Fingerprint{{{"kind:x@service", 1}}}, {}).empty());
}

TEST(ClassPrior, leaves_room_for_something_else_and_grows_with_agreement) {
    const std::vector<Past> all{
        past("a", {{"kind:x@service", 1}}, "leak"), past("b", {{"kind:x@service", 1}}, "leak"),
        past("c", {{"kind:x@service", 1}}, "lock"), past("d", {{"kind:x@service", 1}})};
    const auto similar = most_similar(all[0].fingerprint, all, 9);
    ASSERT_EQ(similar.size(), 4U);
    const auto prior = class_prior(similar);
    EXPECT_DOUBLE_EQ(prior.at("leak"), 0.5);
    EXPECT_DOUBLE_EQ(prior.at("lock"), 0.25);
    EXPECT_TRUE(class_prior({}).empty());
}

TEST(ClassPrior, what_a_person_confirmed_counts_twice) {
    const std::vector<Past> all{past("a", {{"kind:x@service", 1}}, "leak", true),
                                past("b", {{"kind:x@service", 1}}, "lock")};
    const auto prior = class_prior(most_similar(all[0].fingerprint, all));
    EXPECT_DOUBLE_EQ(prior.at("leak"), 2 * prior.at("lock"));
}

}  // namespace
}  // namespace insight::analysis::history
