#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/traces/shop.h"

namespace insight::analysis::traces {
namespace {

using namespace test;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FailureClues, the_deepest_failing_operation_is_the_origin) {
    const Detection found = detect(Shop().traffic([](Nanos time, std::size_t number, Request& of) {
        of.price_fails = time >= kStart + kMinute && number % 2 == 0;
        of.message = "no tariff for zone 9";
    }));
    const Finding* origin = find(found, "trace_error_origin", "prices");
    ASSERT_NE(origin, nullptr);
    EXPECT_THAT(origin->clue.statement, HasSubstr("`no tariff for zone 9`"));
    EXPECT_THAT(origin->clue.statement, HasSubstr("before: 0 of 240"));
    EXPECT_GT(origin->surprise, 5);
    ASSERT_TRUE(origin->mechanism);
    EXPECT_EQ(find(found, "trace_error_origin", "till"), nullptr) << "it only passes it on";
    EXPECT_NEAR(base::to_seconds(*origin->clue.onset - kStart), 60, 10);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(FailureClues, failures_as_frequent_as_before_are_no_news) {
    const Detection found = detect(Shop().traffic([](Nanos, std::size_t number, Request& of) {
        of.price_fails = number % 5 == 0;
        of.message = "no tariff for zone 9";
    }));
    EXPECT_EQ(find(found, "trace_error_origin", "prices"), nullptr);
}

// A rule that waits a quarter of an hour: a sixth of the baseline is the incident's.
TEST(FailureClues, trouble_that_began_long_before_the_window_is_not_taken_for_usual) {
    model::Window late = window();
    late.baseline_start = kStart - base::kHour;
    const Nanos onset = kStart - 10 * kMinute;
    const Detection found = detect(Shop().traffic(
                                       [&](Nanos time, std::size_t number, Request& of) {
                                           of.price_fails = time >= onset && number % 2 == 0;
                                           of.message = "no tariff for zone 9";
                                       },
                                       1, late.baseline_start),
                                   late);
    const Finding* origin = find(found, "trace_error_origin", "prices");
    ASSERT_NE(origin, nullptr);
    EXPECT_GT(origin->surprise, 5);
    EXPECT_NEAR(base::to_seconds(*origin->clue.onset - onset), 0, 10);
    EXPECT_THAT(origin->clue.statement, HasSubstr("before: 0 of "));
    EXPECT_THAT(unproven(found), IsEmpty());
}

// Two callers of prices, of which the first also calls stock. Which calls get no answer?
model::Signals calls_of_two(
    const std::function<bool(const std::string& caller, const std::string& callee)>& lost) {
    model::Signals signals;
    int number = 0;
    const auto call = [&](const std::string& caller, const std::string& callee, Nanos time) {
        const std::string trace = "t" + std::to_string(++number);
        const bool answered = time < kStart || !lost(caller, callee);
        signals.spans.push_back(
            span(trace, "a", "", caller, "handle " + callee, time, 20 * kMilli, "server"));
        signals.spans.push_back(
            span(trace, "b", "a", caller, "ask " + callee, time + kMilli, 15 * kMilli, "client"));
        if (answered)
            signals.spans.push_back(
                span(trace, "c", "b", callee, "serve", time + 2 * kMilli, 10 * kMilli, "server"));
        else
            for (std::size_t i : {1U, 2U}) {
                signals.spans[signals.spans.size() - i].status = "error";
                signals.spans[signals.spans.size() - i].status_message = "connection refused";
            }
    };
    for (Nanos time = kStart - 4 * kMinute; time < window().end; time += kSecond) {
        call("till", "prices", time);
        call("till", "stock", time);
        call("kiosk", "prices", time);
    }
    return signals;
}

TEST(FailureClues, whoever_answers_nobody_any_more_is_to_blame) {
    const Detection found = detect(calls_of_two(
        [](const std::string&, const std::string& callee) { return callee == "prices"; }));
    const Finding* origin = find(found, "trace_error_origin", "prices");
    ASSERT_NE(origin, nullptr);
    ASSERT_TRUE(origin->mechanism);
    EXPECT_EQ(origin->mechanism->cause_class, "no_answer");
    EXPECT_THAT(origin->clue.statement, HasSubstr("failed without an answer"));
    EXPECT_THAT(origin->clue.statement, HasSubstr("`connection refused`"));
    for (const char* caller : {"till", "kiosk"}) {
        EXPECT_EQ(find(found, "trace_error_origin", caller), nullptr);
        EXPECT_EQ(find(found, "trace_structure", caller), nullptr);
    }
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(FailureClues, a_caller_that_alone_gets_no_answer_asks_wrongly) {
    const Detection one =
        detect(calls_of_two([](const std::string& caller, const std::string& callee) {
            return caller == "till" && callee == "prices";
        }));
    EXPECT_NE(find(one, "trace_error_origin", "till"), nullptr);
    EXPECT_EQ(find(one, "trace_error_origin", "prices"), nullptr);
    const Detection cut_off = detect(calls_of_two(
        [](const std::string& caller, const std::string&) { return caller == "till"; }));
    EXPECT_NE(find(cut_off, "trace_error_origin", "till"), nullptr);
    EXPECT_EQ(find(cut_off, "trace_error_origin", "prices"), nullptr);
}

TEST(FailureClues, a_single_failing_trace_is_told_without_pretending_to_be_sure) {
    model::Signals signals;
    signals.spans = {span("t", "a", "", "till", "POST /sale", kStart + kSecond, 9 * kMilli),
                     span("t", "b", "a", "prices", "Prices/Get", kStart + kSecond, 8 * kMilli)};
    for (model::Span& each : signals.spans) each.status = "error";
    signals.spans[1].status_message = "nil tariff";
    const Detection found = detect(signals);
    const Finding* origin = find(found, "trace_error_origin", "prices");
    ASSERT_NE(origin, nullptr);
    EXPECT_LT(origin->surprise, 2);
    EXPECT_EQ(find(found, "trace_error_origin", "till"), nullptr);
    EXPECT_THAT(unproven(found), IsEmpty());
}

TEST(FailureClues, hostile_messages_stay_one_short_quote) {
    const std::string hostile = "`rm -rf` \n\x01 " + std::string(100'000, 'x');
    const Detection found = detect(Shop().traffic([&](Nanos time, std::size_t, Request& of) {
        of.price_fails = time >= kStart;
        of.message = hostile;
    }));
    const Finding* origin = find(found, "trace_error_origin", "prices");
    ASSERT_NE(origin, nullptr);
    EXPECT_LT(origin->clue.statement.size(), 600U);
    EXPECT_THAT(unproven(found), IsEmpty());
}

}  // namespace
}  // namespace insight::analysis::traces
