#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/traces/share_shift.h"
#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(StructureClues, an_early_return_leaves_out_the_usual_calls) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t number, Request& of) {
        of.early_return = time >= kStart + kMinute && number % 3 == 0;
    }));
    const Finding* cut = find(found, "trace_structure", "till");
    ASSERT_NE(cut, nullptr);
    EXPECT_THAT(cut->clue.statement, HasSubstr("made none of its calls"));
    EXPECT_THAT(cut->clue.statement, HasSubstr("before: 0 of 240"));
    EXPECT_GT(cut->surprise, 5);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(StructureClues, an_early_return_long_before_the_window_is_not_taken_for_a_habit) {
    model::Window late = window();
    late.baseline_start = kStart - base::kHour;
    const Detection found = detect(Shop().traffic(
                                       [](Nanos time, std::size_t number, Request& of) {
                                           of.early_return =
                                               time >= kStart - 10 * kMinute && number % 2 == 0;
                                       },
                                       1, late.baseline_start),
                                   late);
    const Finding* cut = find(found, "trace_structure", "till");
    ASSERT_NE(cut, nullptr);
    EXPECT_GT(cut->surprise, 5);
    EXPECT_NEAR(base::to_seconds(*cut->clue.onset - kStart), -600, 10);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(StructureClues, calls_never_made_before_are_named) {
    const Trouble nothing;
    model::Signals signals = Shop().traffic(nothing);
    const std::vector<model::Span> spans = signals.spans;
    for (const model::Span& each : spans)
        if (each.name == "Stock/Take" && each.start >= kStart)
            signals.spans.push_back(
                span(each.trace_id, "new", each.span_id, "audit", "Audit/Log", each.start, kMilli));
    const Detection found = detect(signals);
    const Finding* added = find(found, "trace_structure", "stock");
    ASSERT_NE(added, nullptr);
    EXPECT_THAT(added->clue.statement, HasSubstr("made new calls (`Audit/Log`)"));
    EXPECT_EQ(added->counterpart, (model::Entity{"service", "audit"}));
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(StructureClues, a_baseline_of_few_runs_makes_no_certainty) {
    const auto surprise = [](int usual_runs) {
        model::Signals signals;
        const int now = 240;
        for (int i = -usual_runs; i < now; ++i) {
            const Nanos time =
                i < 0 ? kStart + i * kMinute / usual_runs : kStart + i * 3 * kMinute / now;
            const std::string trace = "t" + std::to_string(i);
            signals.spans.push_back(span(trace, "a", "", "till", "POST /sale", time, 20 * kMilli));
            signals.spans.push_back(
                span(trace, "b", "a", "prices", "Prices/Get", time + kMilli, 5 * kMilli));
            if (i >= 0)
                signals.spans.push_back(
                    span(trace, "c", "a", "stock", "Stock/Take", time + 8 * kMilli, 5 * kMilli));
        }
        const Detection found = detect(signals);
        const Finding* added = find(found, "trace_structure", "till");
        return added == nullptr ? 0.0 : added->surprise;
    };
    EXPECT_LE(surprise(5), 5 * std::log10(2.0));
    EXPECT_GT(surprise(60), 8);
}

TEST(StructureClues, another_mix_of_the_usual_requests_is_no_change) {
    // two ways to answer, neither part of the other; the second becomes three times as frequent
    model::Signals signals;
    for (int i = 0; i < 960; ++i) {
        const Nanos time = kStart - kMinute + i * 250 * kMilli;
        const bool second = i % (time < kStart ? 6 : 2) == 0;
        const std::string trace = "t" + std::to_string(i);
        signals.spans.push_back(span(trace, "a", "", "till", "POST /sale", time, 20 * kMilli));
        signals.spans.push_back(span(trace, "b", "a", second ? "stock" : "prices",
                                     second ? "Stock/Take" : "Prices/Get", time + kMilli,
                                     10 * kMilli));
    }
    EXPECT_EQ(find(detect(signals), "trace_structure", "till"), nullptr);
}

TEST(StructureClues, a_caller_that_breaks_off_after_a_failure_below_is_not_named) {
    model::Signals signals;
    for (int i = 0; i < 960; ++i) {
        const Nanos time = kStart - kMinute + i * 250 * kMilli;
        const bool fails = time >= kStart && i % 2 == 0;
        const std::string trace = "t" + std::to_string(i);
        signals.spans.push_back(span(trace, "a", "", "till", "POST /sale", time, 20 * kMilli));
        signals.spans.push_back(
            span(trace, "b", "a", "prices", "Prices/Get", time + kMilli, 5 * kMilli));
        if (fails)
            signals.spans.back().status = "error";
        else
            signals.spans.push_back(
                span(trace, "c", "a", "stock", "Stock/Take", time + 7 * kMilli, 5 * kMilli));
    }
    const Detection found = detect(signals);
    EXPECT_EQ(find(found, "trace_structure", "till"), nullptr);
    EXPECT_NE(find(found, "trace_error_origin", "prices"), nullptr);
}

TEST(ThroughputClues, an_entry_point_that_is_hardly_called_any_more_is_told_per_second) {
    model::Signals signals = Shop().traffic({}, 20);
    std::erase_if(signals.spans, [](const model::Span& each) {
        return each.start >= kStart && each.trace_id.back() != '7';
    });
    const Detection found = detect(signals);
    const Finding* fewer = find(found, "trace_throughput", "till");
    ASSERT_NE(fewer, nullptr);
    EXPECT_THAT(fewer->clue.statement, HasSubstr("is called 2 times a second (before: 20"));
    EXPECT_GT(fewer->harm, 0);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(ThroughputClues, rates_are_compared_per_covered_second) {
    model::Signals signals = Shop().traffic({}, 20);
    // only a quarter of the window was kept
    signals.coverage.front().intervals[1].end = kStart + 45 * kSecond;
    std::erase_if(signals.spans,
                  [](const model::Span& each) { return each.start >= kStart + 45 * kSecond; });
    EXPECT_EQ(find(detect(signals), "trace_throughput", "till"), nullptr);
}

TEST(ShareShift, many_spans_of_one_trace_are_one_observation) {
    const std::vector<std::uint64_t> traces{1, 1, 1, 1, 2, 2};
    const TraceTrials trials(traces);
    EXPECT_EQ(trials.count(), 2U);
    EXPECT_EQ(trials.shares({true, true, false, false, false, false}),
              (std::vector<float>{0.5F, 0}));
}

TEST(ShareShift, a_fall_is_no_rise) {
    const std::vector<float> often(50, 1), never(50, 0);
    EXPECT_EQ(find_share_rise(often, never, {0.1, 10}).surprise, 0);
    EXPECT_GT(find_share_rise(never, often, {0.1, 10}).surprise, 10);
}

}  // namespace
}  // namespace insight::analysis::traces
