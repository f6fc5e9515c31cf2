#include "github/api.h"

#include <gmock/gmock.h>

#include "tests/unit/base/rsa_key.h"
#include "tests/unit/github/scripted.h"

namespace insight::github {
namespace {

using test::Github;
using test::json;
using testing::HasSubstr;

const base::Deadline kLong = base::Deadline::after(std::chrono::hours(2));
constexpr const char* kAbout = R"({"default_branch":"main"})";

std::string header(const net::Request& request, std::string_view name) {
    net::Response same;
    same.headers = request.headers;
    return std::string(same.header(name));
}

TEST(Api, sends_what_github_wants_with_every_request) {
    Github github([](const auto&, int) { return json(200, kAbout); });
    ASSERT_TRUE(github.repository->about(kLong));
    const net::Request& sent = github.server.asked.at(0);
    EXPECT_EQ(sent.url, "https://api.github.com/repos/octo/shop");
    EXPECT_EQ(sent.authorization->reveal(), "Bearer the-token");
    EXPECT_EQ(header(sent, "Accept"), "application/vnd.github+json");
    EXPECT_EQ(header(sent, "X-GitHub-Api-Version"), "2022-11-28");
}

TEST(Api, asks_again_by_etag_and_keeps_the_answer) {
    Github github([](const net::Request& request, int) {
        if (header(request, "If-None-Match") == "W/\"1\"") return json(304, "");
        return json(200, kAbout, {{"ETag", "W/\"1\""}});
    });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(github.repository->about(kLong)->default_branch, "main");
    EXPECT_EQ(github.server.asked.size(), 3U);
    EXPECT_EQ(header(github.server.asked.at(0), "If-None-Match"), "");
}

TEST(Api, waits_out_a_limit_and_goes_on) {
    Github github([](const auto&, int index) {
        if (index == 0) return json(429, R"({"message":"slow down"})", {{"Retry-After", "42"}});
        return json(200, kAbout);
    });
    const base::Nanos before = github.clock.time;
    ASSERT_TRUE(github.repository->about(kLong));
    EXPECT_EQ(github.clock.time - before, 42 * base::kSecond);
}

TEST(Api, gives_up_when_limits_repeat_and_waits_longer_each_time) {
    Github github([](const auto&, int) {
        return json(403, R"({"message":"You have exceeded a secondary rate limit."})");
    });
    const base::Nanos before = github.clock.time;
    const auto about = github.repository->about(kLong);
    ASSERT_FALSE(about);
    EXPECT_EQ(about.error().kind, base::ErrorKind::Unavailable);
    EXPECT_EQ(github.server.asked.size(), 4U);
    EXPECT_EQ(github.clock.time - before, (1 + 2 + 4) * base::kMinute);
}

TEST(Api, does_not_ask_while_it_knows_better) {
    Github github([](const auto&, int) {
        return json(200, kAbout,
                    {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1800001800"}});
    });
    ASSERT_TRUE(github.repository->about(kLong));
    const auto next =
        github.repository->branch("main", base::Deadline::after(std::chrono::seconds(20)));
    ASSERT_FALSE(next);
    EXPECT_THAT(next.error().message, HasSubstr("hourly rate limit"));
    EXPECT_EQ(github.server.asked.size(), 1U);
    EXPECT_EQ(github.repository->blocked_until(), 1'800'001'801 * base::kSecond);
}

TEST(Api, a_request_that_writes_is_not_sent_twice_after_a_server_error) {
    Github github([](const auto&, int) { return json(502, "{}"); });
    EXPECT_FALSE(github.repository->add_comment(1, "text", kLong));
    EXPECT_EQ(github.server.asked.size(), 1U);
    EXPECT_FALSE(github.repository->about(kLong));
    EXPECT_EQ(github.server.asked.size(), 5U);
}

TEST(Api, an_error_never_shows_the_token) {
    for (const int status : {400, 401, 403, 404, 409, 410, 413, 418, 422, 451, 500}) {
        Github github([&](const auto&, int) {
            return json(status, R"({"message":"token the-token is Bearer the-token"})");
        });
        const auto error = github.repository->about(kLong).error();
        EXPECT_EQ(error.message.find("the-token"), std::string::npos) << status;
        EXPECT_EQ(error.text().find("Bearer the-token"), std::string::npos) << status;
        EXPECT_EQ(error.text().find('\n'), std::string::npos);
    }
}

TEST(Api, signs_as_an_app_once_an_hour) {
    Settings settings;
    settings.app_id = "Iv1.abc";
    settings.private_key = base::Secret(test::kRsaKey);
    int tokens = 0;
    Github github(
        [&](const net::Request& request, int) {
            if (request.url.ends_with("/installation")) return json(200, R"({"id":77})");
            if (request.url.ends_with("/app/installations/77/access_tokens")) {
                EXPECT_TRUE(request.authorization->reveal().starts_with("Bearer eyJ"));
                ++tokens;
                return json(201, R"({"token":"ghs_)" + std::to_string(tokens) +
                                     R"(","expires_at":"2027-01-15T09:00:00Z"})");
            }
            EXPECT_EQ(request.authorization->reveal(), "Bearer ghs_" + std::to_string(tokens));
            return json(200, kAbout);
        },
        settings);
    github.clock.time = base::parse_rfc3339("2027-01-15T08:00:00Z").value();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(github.repository->about(kLong));
    EXPECT_EQ(tokens, 1);
    github.clock.time += 56 * base::kMinute;  // it would end while being used
    ASSERT_TRUE(github.repository->about(kLong));
    EXPECT_EQ(tokens, 2);
}

TEST(AnswerCache, forgets_what_was_used_longest_ago) {
    AnswerCache cache(5000, 3000);
    cache.keep("a", {"1", std::string(2000, 'a'), "", false});
    cache.keep("b", {"2", std::string(2000, 'b'), "", false});
    ASSERT_TRUE(cache.find("a"));
    cache.keep("c", {"3", std::string(2000, 'c'), "", false});
    EXPECT_TRUE(cache.find("a"));
    EXPECT_FALSE(cache.find("b"));
    cache.keep("large", {"4", std::string(4000, 'x'), "", false});
    EXPECT_FALSE(cache.find("large"));
    cache.keep("a", {"5", std::string(4000, 'x'), "", false});
    EXPECT_FALSE(cache.find("a")) << "an answer that is too large must not leave the old one";
    EXPECT_LE(cache.bytes(), 5000U);
}

}  // namespace
}  // namespace insight::github
