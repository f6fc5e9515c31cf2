#include "core/llm/retry.h"

#include <gtest/gtest.h>

#include "core/llm/failure.h"

namespace insight::llm {
namespace {

constexpr base::Nanos kRetryNow = 1'763'700'000 * base::kSecond;  // 2025-11-21T04:40:00Z

std::optional<base::Nanos> after(std::vector<net::Header> headers) {
    return retry_after({429, std::move(headers), {}}, kRetryNow);
}

TEST(Peer, shows_no_secret_and_ends_with_one_that_is_a_part_of_its_own_mark) {
    const Peer peer("a/model", "http://server:80",
                    {base::Secret("redacted"), base::Secret("xyzw-1234")});
    EXPECT_EQ(peer.shown("bad key xyzw-1234: redacted"), "bad key [redacted]: [redacted]");
}

TEST(Retry, doubles_the_most_it_waits_and_takes_any_part_of_it) {
    EXPECT_EQ(wait_before_retry(1, {}, 0.0), 0);
    EXPECT_EQ(wait_before_retry(1, {}, 1.0), base::kSecond / 2);
    EXPECT_EQ(wait_before_retry(3, {}, 1.0), 2 * base::kSecond);
    EXPECT_EQ(wait_before_retry(3, {}, 0.25), base::kSecond / 2);
    EXPECT_EQ(wait_before_retry(50, {}, 1.0), 20 * base::kSecond);
}

TEST(Retry, waits_at_least_as_long_as_it_was_asked_to) {
    EXPECT_EQ(wait_before_retry(1, 10 * base::kSecond, 0.0), 10 * base::kSecond);
    EXPECT_EQ(wait_before_retry(1, 10 * base::kSecond, 1.0), 11 * base::kSecond);
}

TEST(Retry, reads_seconds_milliseconds_and_dates) {
    EXPECT_EQ(after({{"Retry-After", "12"}}), 12 * base::kSecond);
    EXPECT_EQ(after({{"retry-after", "1.5"}}), 1'500'000'000);
    EXPECT_EQ(after({{"retry-after-ms", "250"}, {"retry-after", "9"}}), 250'000'000);
    EXPECT_EQ(after({{"Retry-After", "Fri, 21 Nov 2025 04:40:30 GMT"}}), 30 * base::kSecond);
}

TEST(Retry, takes_the_past_for_now_and_nonsense_for_nothing) {
    EXPECT_EQ(after({{"Retry-After", "-5"}}), 0);
    EXPECT_EQ(after({{"Retry-After", "Fri, 21 Nov 2025 04:00:00 GMT"}}), 0);
    EXPECT_EQ(after({{"Retry-After", "soon"}}), std::nullopt);
    EXPECT_EQ(after({{"Retry-After", "nan"}}), std::nullopt);
    EXPECT_EQ(after({{"Retry-After", "1e300"}}), 24 * base::kHour);
    EXPECT_EQ(after({}), std::nullopt);
}

}  // namespace
}  // namespace insight::llm
