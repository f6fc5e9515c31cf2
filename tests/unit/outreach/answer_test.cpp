#include "agent/outreach/answer.h"

#include <gmock/gmock.h>

#include "tests/unit/outreach/fake_transport.h"

namespace insight::outreach {
namespace {

using agent::Delivery;
using base::kMinute;
using base::kSecond;
using test::answer;
using testing::HasSubstr;
using testing::Not;
using Outcome = Delivery::Outcome;

constexpr base::Nanos kNow = 1'700'000'000 * kSecond;

Delivery met(int status, std::vector<net::Header> headers = {}, const std::string& body = "") {
    return failed(answer(status, body, std::move(headers)), "Jira at https://x", kNow);
}

TEST(Answer, waits_as_long_as_the_other_side_asks) {
    EXPECT_EQ(met(429, {{"retry-after", "30"}}).delay, 30 * kSecond);
    EXPECT_EQ(met(503, {{"Retry-After", "7"}}).delay, 7 * kSecond);
    EXPECT_EQ(met(429, {{"Retry-After", "Tue, 14 Nov 2023 22:15:20 GMT"}}).delay, 2 * kMinute);
    EXPECT_EQ(met(403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1700000090"}}).delay,
              90 * kSecond);
    EXPECT_EQ(met(429).delay, kSecond) << "never at once";
    EXPECT_EQ(met(429, {{"Retry-After", "99999999999"}}).delay, 24 * base::kHour);
    EXPECT_EQ(met(503, {{"Retry-After", "Mon, 13 Nov 2023 22:15:20 GMT"}}).delay, 0) << "passed";
    EXPECT_EQ(met(503, {{"Retry-After", "-5"}}).delay, 0);
    EXPECT_EQ(met(503, {{"Retry-After", "soon"}}).delay, 0);
}

TEST(Answer, is_final_only_when_asking_again_cannot_help) {
    for (const int status : {408, 429, 500, 502, 503, 504, 401, 403})
        EXPECT_EQ(met(status).outcome, Outcome::Later) << status;
    for (const int status : {400, 404, 405, 410, 413, 422, 301})
        EXPECT_EQ(met(status).outcome, Outcome::Refused) << status;
    EXPECT_GE(met(401).delay, 10 * kMinute) << "a wrong token is not tried every few seconds";
    EXPECT_THAT(met(401).note, HasSubstr("check the token"));
}

TEST(Answer, keeps_the_words_of_the_other_side_without_secrets) {
    const Delivery refused =
        met(400, {}, "{\"error\":\"no project\",\n \"url\":\"https://u:hunter2@h/\"}");
    EXPECT_THAT(refused.note, HasSubstr("Jira at https://x refused it (400)"));
    EXPECT_THAT(refused.note, HasSubstr("no project"));
    EXPECT_THAT(refused.note, Not(HasSubstr("hunter2")));
    EXPECT_LT(met(400, {}, std::string(100'000, 'x')).note.size(), 500U);
}

TEST(Answer, loses_nothing_to_a_network) {
    using base::ErrorKind;
    for (const ErrorKind kind : {ErrorKind::Unavailable, ErrorKind::Timeout, ErrorKind::Corrupt,
                                 ErrorKind::TooLarge, ErrorKind::Denied})
        EXPECT_EQ(failed(base::Error{kind, "it broke", ""}, "x").outcome, Outcome::Later);
    EXPECT_EQ(failed(base::Error{ErrorKind::Invalid, "bad URL", ""}, "x").outcome,
              Outcome::Refused);
}

}  // namespace
}  // namespace insight::outreach
