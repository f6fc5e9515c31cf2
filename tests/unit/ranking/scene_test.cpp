#include "analysis/ranking/scene.h"

#include <gmock/gmock.h>

#include "tests/unit/ranking/findings.h"

namespace insight::analysis::ranking {
namespace {

using namespace test;

Scene scene_with(std::vector<Finding> findings, const Topology& topology = Topology()) {
    static Detection detection{model::Scope{}};
    detection = detection_of(std::move(findings));
    return scene_of(incident("shop"), topology, detection);
}

TEST(Scene, the_clearest_finding_of_a_family_speaks_for_it) {
    Scene scene = scene_with({finding("log_new", "pay", 4), finding("log_new", "pay", 20)});
    EXPECT_DOUBLE_EQ(scene["pay"][Feature::LogNew], clarity(finding("log_new", "pay", 20)));
}

TEST(Scene, more_surprise_is_more_clarity_and_less_movement_is_less) {
    Finding small = finding("log_new", "pay", 10);
    small.magnitude = 0.05;
    EXPECT_GT(clarity(finding("log_new", "pay", 20)), clarity(finding("log_new", "pay", 10)));
    EXPECT_GT(clarity(finding("log_new", "pay", 10)), clarity(small));
    EXPECT_LE(clarity(finding("log_new", "pay", 30)), 1);
}

TEST(Scene, a_callee_as_abnormal_as_its_caller_explains_it) {
    Scene scene = scene_with(
        {finding("trace_self_time", "shop", 10), finding("trace_self_time", "stock", 12)},
        calls({{"shop", "stock"}}));
    EXPECT_NEAR(scene["shop"][Feature::ExplainedBelow], 1, 1e-9);
    EXPECT_EQ(scene["stock"][Feature::ExplainedBelow], 0);
    EXPECT_GT(scene["stock"][Feature::Deepest], scene["shop"][Feature::Deepest]);
    EXPECT_GT(scene["stock"][Feature::Explains], 0);
}

TEST(Scene, cycles_of_calls_end) {
    const Scene scene = scene_with({finding("log_new", "a", 10), finding("log_new", "b", 10)},
                                   calls({{"a", "b"}, {"b", "a"}}));
    EXPECT_EQ(scene.size(), 2U);
}

TEST(Scene, a_log_line_that_blames_another_counts_against_that_one) {
    Finding complaint = finding("log_new", "shop", 12);
    complaint.counterpart = model::Entity{"service", "stock"};
    Scene scene = scene_with({complaint});
    EXPECT_FALSE(scene.contains("shop"));
    EXPECT_GT(scene["stock"][Feature::Accused], 0.3);
    EXPECT_EQ(scene["stock"][Feature::Seen], 1);
}

TEST(Scene, what_is_hardly_abnormal_gains_nothing_from_its_place) {
    Scene scene = scene_with({finding("metric_shift", "shop", 0.5, Aspect::Latency)});
    EXPECT_LT(scene["shop"][Feature::AlertEntity], 0.1);
    EXPECT_LT(scene["shop"][Feature::Share], 0.1);
}

TEST(Scene, the_earliest_onset_is_told_from_later_ones) {
    Finding late = finding("log_new", "b", 20);
    late.clue.onset = kStart + 4 * kMinute;
    Scene scene = scene_with({finding("log_new", "a", 20), late});
    EXPECT_GT(scene["a"][Feature::First], 2 * scene["b"][Feature::First]);
}

}  // namespace
}  // namespace insight::analysis::ranking
