#include "collectors/prometheus/estate.h"

#include <gtest/gtest.h>

namespace insight::collectors::prometheus {
namespace {

using base::Json;

Json answered(const char* name, const char* job, const char* instance) {
    return {{"__name__", name}, {"job", job}, {"instance", instance}};
}

std::vector<std::string> names(const Plan& plan) {
    std::vector<std::string> out;
    for (const Batch& batch : plan.batches)
        out.insert(out.end(), batch.names.begin(), batch.names.end());
    return out;
}

model::Alert alert(model::Labels labels) {
    model::Alert out;
    out.labels = std::move(labels);
    return out;
}

TEST(Estate, the_focus_is_most_specific_first_and_without_repeats) {
    const Focus focus = focus_of({alert({{"namespace", "shop"}, {"instance", "a:1"}}),
                                  alert({{"namespace", "shop"}, {"instance", "b:1"}})});
    EXPECT_EQ(focus, (Focus{{"instance", "a:1"}, {"instance", "b:1"}, {"namespace", "shop"}}));
}

TEST(Estate, what_is_near_is_read_before_what_merely_tells_much) {
    Estate estate;
    estate.add({answered("errors_total", "b", "2"), answered("oddity", "a", "1")},
               {{"instance", "1"}});
    EXPECT_EQ(names(estate.plan(100, 100)), (std::vector<std::string>{"oddity", "errors_total"}));
    const Plan small = estate.plan(1, 100);
    EXPECT_EQ(names(small), (std::vector<std::string>{"oddity"}));
    EXPECT_EQ(small.left_out, 1U);
}

TEST(Estate, noise_and_an_exporters_own_process_are_left_out) {
    Estate estate;
    estate.add(
        {answered("go_goroutines", "a", "1"), answered("process_open_fds", "a", "1"),
         answered("process_open_fds", "b", "2"), answered("redis_exporter_build_info", "b", "2"),
         answered("up", "b", "2"), answered("process_start_time_seconds", "b", "2")},
        {});
    EXPECT_TRUE(estate.exporter("b", "2"));
    EXPECT_FALSE(estate.exporter("a", "1"));
    const Plan plan = estate.plan(100, 100);
    EXPECT_EQ(names(plan),
              (std::vector<std::string>{"process_start_time_seconds", "up", "process_open_fds"}));
    EXPECT_EQ(plan.planned, 3U);
}

TEST(Estate, batches_stay_small_and_histograms_apart) {
    Estate estate;
    Json all = Json::array();
    for (int i = 0; i < 250; ++i)
        all.push_back(answered(("m" + std::to_string(i)).c_str(), "a", "1"));
    all.push_back(answered("x_seconds_bucket", "a", "1"));
    estate.add(all, {});
    const Plan plan = estate.plan(1000, 60);
    EXPECT_EQ(plan.batches.size(), 5U);
    for (const Batch& batch : plan.batches) EXPECT_LE(batch.series, 60U);
    ASSERT_EQ(plan.histograms.size(), 1U);
    EXPECT_EQ(plan.histograms[0].name, "x_seconds_bucket");
}

TEST(Estate, a_full_estate_leaves_room_for_the_quantiles) {
    Json all = Json::array();
    for (int i = 0; i < 100; ++i)
        all.push_back(answered(("m" + std::to_string(i)).c_str(), "a", "1"));
    for (const char* instance : {"1", "2", "3"})
        for (const char* bound : {"0.1", "1", "+Inf"}) {
            all.push_back(answered("x_seconds_bucket", "a", instance));
            all.back()["le"] = bound;
        }
    Estate estate;
    estate.add(all, {});
    EXPECT_EQ(estate.plan(50, 60).planned, 44U) << "two quantiles of three instances";
    EXPECT_EQ(estate.plan(50, 60).left_out, 56U);
    EXPECT_EQ(estate.plan(8, 60).planned, 6U) << "a quarter at most";
    EXPECT_EQ(estate.plan(200, 60).planned, 100U);
}

TEST(Estate, the_same_series_twice_counts_once_and_odd_shapes_not_at_all) {
    Estate estate;
    estate.add({answered("a", "x", "1"), answered("a", "x", "1"), 7, nullptr, {{"job", "x"}}}, {});
    EXPECT_EQ(estate.size(), 1U);
    estate.add("no list", {});
    EXPECT_EQ(estate.size(), 1U);
}

TEST(Estate, a_selector_takes_names_literally) {
    EXPECT_EQ(selector({"a_b", "c:d"}, ""), "{__name__=~\"a_b|c:d\"}");
    EXPECT_EQ(selector({"a.b"}, "job=\"x\""), "{__name__=~\"a\\\\.b\",job=\"x\"}");
}

}  // namespace
}  // namespace insight::collectors::prometheus
