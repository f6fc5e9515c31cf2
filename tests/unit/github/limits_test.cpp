#include "github/limits.h"

#include <gtest/gtest.h>

namespace insight::github {
namespace {

constexpr base::Nanos kNow = 1'000'000 * base::kSecond;

net::Response answer(int status, std::vector<net::Header> headers, std::string body = {}) {
    return {status, std::move(headers), std::move(body)};
}

TEST(Limits, retry_after_is_believed_first) {
    const auto refusal =
        refusal_of(answer(403, {{"retry-after", "30"}, {"x-ratelimit-remaining", "0"}}), kNow, 0);
    ASSERT_TRUE(refusal);
    EXPECT_TRUE(refusal->secondary);
    EXPECT_EQ(refusal->until, kNow + 30 * base::kSecond);
}

TEST(Limits, a_used_up_hour_ends_at_its_reset) {
    const auto refusal = refusal_of(
        answer(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1000600"}}), kNow, 0);
    ASSERT_TRUE(refusal);
    EXPECT_FALSE(refusal->secondary);
    EXPECT_EQ(refusal->until, 1'000'601 * base::kSecond);
}

TEST(Limits, nonsense_in_headers_stops_nobody_for_long) {
    for (const char* reset : {"99999999999999999999", "-5", "soon", "", "9999999999"}) {
        const auto refusal = refusal_of(
            answer(429, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}}), kNow, 0);
        ASSERT_TRUE(refusal);
        EXPECT_GT(refusal->until, kNow);
        EXPECT_LE(refusal->until, kNow + base::kHour);
    }
    const auto long_wait = refusal_of(answer(429, {{"retry-after", "8640000"}}), kNow, 0);
    EXPECT_LE(long_wait->until, kNow + base::kHour);
}

TEST(Limits, a_refusal_for_another_reason_is_none) {
    EXPECT_FALSE(
        refusal_of(answer(403, {{"x-ratelimit-remaining", "4000"}}, "no access"), kNow, 0));
    EXPECT_FALSE(refusal_of(answer(404, {{"x-ratelimit-remaining", "0"}}), kNow, 0));
    EXPECT_TRUE(
        refusal_of(answer(403, {}, "You have triggered an abuse detection mechanism"), kNow, 0));
}

TEST(Limits, a_secondary_limit_holds_for_graphql_too_a_primary_does_not) {
    Limits limits;
    limits.refuse(Resource::Rest, {kNow + base::kMinute, false});
    EXPECT_EQ(limits.blocked_until(Resource::Rest, kNow), kNow + base::kMinute);
    EXPECT_EQ(limits.blocked_until(Resource::GraphQl, kNow), 0);
    limits.refuse(Resource::Rest, {kNow + 2 * base::kMinute, true});
    EXPECT_EQ(limits.blocked_until(Resource::GraphQl, kNow), kNow + 2 * base::kMinute);
    EXPECT_EQ(limits.blocked_until(Resource::Rest, kNow + 3 * base::kMinute), 0);
}

}  // namespace
}  // namespace insight::github
