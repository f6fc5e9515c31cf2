#include "analysis/traces/measure.h"

#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using test::kMilli;
using test::kStart;
using test::span;

std::vector<float> values(const std::vector<model::Span>& spans, Quantity quantity,
                          const std::string& operation) {
    const SpanForest forest(spans);
    const Measures measures(forest, test::window());
    std::vector<float> out;
    for (const Measure& measure : measures.all())
        if (measure.quantity == quantity &&
            forest.operations()[measure.operation].name == operation)
            for (const Sample& sample : measure.within) out.push_back(sample.value);
    return out;
}

TEST(Measures, self_time_is_what_no_child_covers) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "till", "root", kStart, 100 * kMilli),
        span("t", "b", "a", "till", "x", kStart + 10 * kMilli, 30 * kMilli),
        span("t", "c", "a", "till", "y", kStart + 20 * kMilli, 40 * kMilli),  // overlaps b
        span("t", "d", "a", "till", "z", kStart + 90 * kMilli,
             50 * kMilli)};  // outlives its parent
    const auto own = values(spans, Quantity::SelfTime, "root");
    ASSERT_EQ(own.size(), 1U);
    EXPECT_NEAR(own[0], 0.040, 1e-6);  // 0 to 10 and 60 to 90
}

TEST(Measures, a_gap_does_not_depend_on_the_clock_of_the_callee) {
    for (const std::int64_t skew : {0, -3'600'000, 3'600'000}) {
        const std::vector<model::Span> spans{
            span("t", "a", "", "till", "root", kStart, 120 * kMilli),
            span("t", "b", "a", "till", "call", kStart + 10 * kMilli, 100 * kMilli),
            span("t", "c", "b", "prices", "answer", kStart + (40 + skew) * kMilli, 30 * kMilli)};
        const auto gap = values(spans, Quantity::Gap, "call");
        ASSERT_EQ(gap.size(), 1U);
        EXPECT_NEAR(gap[0], 0.070, 1e-6) << skew;
    }
}

TEST(Measures, a_callee_that_outlives_its_call_leaves_no_gap) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "till", "root", kStart, 20 * kMilli),
        span("t", "b", "a", "till", "send", kStart, 5 * kMilli),
        span("t", "c", "b", "ledger", "work", kStart + kMilli, 500 * kMilli)};
    EXPECT_EQ(values(spans, Quantity::Gap, "send"), std::vector<float>{0});
}

TEST(Measures, negative_durations_count_as_none) {
    const std::vector<model::Span> spans{span("t", "a", "", "till", "root", kStart, -5 * kMilli),
                                         span("t", "b", "a", "till", "child", kStart, -9 * kMilli)};
    EXPECT_EQ(values(spans, Quantity::SelfTime, "root"), std::vector<float>{0});
    EXPECT_EQ(values(spans, Quantity::SelfTime, "child"), std::vector<float>{0});
}

TEST(Measures, calls_to_one_operation_are_counted_per_parent) {
    std::vector<model::Span> spans{span("t", "a", "", "till", "root", kStart, 20 * kMilli)};
    for (int i = 0; i < 7; ++i)
        spans.push_back(span("t", "c" + std::to_string(i), "a", "prices", "one price",
                             kStart + i * kMilli, kMilli));
    EXPECT_EQ(values(spans, Quantity::FanOut, "root"), std::vector<float>{7});
}

TEST(Measures, spans_outside_both_intervals_are_left_out) {
    const std::vector<model::Span> spans{
        span("t", "a", "", "till", "root", test::window().end + 1, kMilli),
        span("u", "a", "", "till", "root", test::window().baseline_start - 1, kMilli)};
    const SpanForest forest(spans);
    EXPECT_TRUE(Measures(forest, test::window()).all().empty());
}

// At most a time and, for parents, a count a span: the work per span does not grow with the spans.
TEST(Measures, samples_grow_with_the_spans_only) {
    std::size_t last = 0;
    for (const double rate : {2.0, 4.0, 8.0}) {
        const model::Signals signals = test::Shop().traffic({}, rate);
        const SpanForest forest(signals.spans);
        const Measures measures(forest, test::window());
        std::size_t samples = 0;
        for (const Measure& measure : measures.all())
            samples += measure.before.size() + measure.within.size();
        EXPECT_LE(samples, 2 * signals.spans.size());
        if (last != 0) {
            EXPECT_NEAR(static_cast<double>(samples) / static_cast<double>(last), 2, 0.1);
        }
        last = samples;
    }
}

}  // namespace
}  // namespace insight::analysis::traces
