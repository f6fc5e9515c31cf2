#include "core/llm/breaker.h"

#include <gtest/gtest.h>

namespace insight::llm {
namespace {

constexpr base::Nanos kNow = 1000 * base::kSecond;

Breaker& broken(Breaker& breaker) {
    for (int i = 0; i < Breaker::kFailures; ++i) breaker.failed(kNow);
    return breaker;
}

TEST(Breaker, opens_after_failures_in_a_row_only) {
    Breaker breaker;
    for (int i = 0; i < Breaker::kFailures - 1; ++i) breaker.failed(kNow);
    EXPECT_EQ(breaker.blocked(kNow), 0);
    breaker.succeeded();
    for (int i = 0; i < Breaker::kFailures - 1; ++i) breaker.failed(kNow);
    EXPECT_EQ(breaker.blocked(kNow), 0);
    breaker.failed(kNow);
    EXPECT_EQ(breaker.blocked(kNow), Breaker::kRest);
}

TEST(Breaker, lets_one_try_after_its_rest) {
    Breaker breaker;
    broken(breaker);
    const base::Nanos later = kNow + Breaker::kRest;
    EXPECT_EQ(breaker.blocked(later), 0);
    EXPECT_GT(breaker.blocked(later), 0) << "the others wait for the first";
    breaker.succeeded();
    EXPECT_EQ(breaker.blocked(later), 0);
}

TEST(Breaker, rests_again_when_the_try_fails) {
    Breaker breaker;
    broken(breaker);
    const base::Nanos later = kNow + Breaker::kRest;
    ASSERT_EQ(breaker.blocked(later), 0);
    breaker.failed(later);
    EXPECT_EQ(breaker.blocked(later), Breaker::kRest);
}

TEST(Breaker, forgets_a_try_that_never_came_back) {
    Breaker breaker;
    broken(breaker);
    ASSERT_EQ(breaker.blocked(kNow + Breaker::kRest), 0);
    EXPECT_EQ(breaker.blocked(kNow + Breaker::kRest + Breaker::kMostRest), 0);
}

TEST(Breaker, keeps_the_rest_that_a_server_asks_for_within_bounds) {
    Breaker breaker;
    breaker.rest(kNow, 7 * base::kSecond);
    EXPECT_EQ(breaker.blocked(kNow), 7 * base::kSecond);
    breaker.rest(kNow, 24 * base::kHour);
    EXPECT_EQ(breaker.blocked(kNow), Breaker::kMostRest);
}

TEST(Breaker, survives_a_clock_set_back) {
    Breaker breaker;
    broken(breaker);
    EXPECT_LE(breaker.blocked(kNow - base::kHour + base::kMinute), Breaker::kMostRest);
}

}  // namespace
}  // namespace insight::llm
