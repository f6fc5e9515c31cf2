#include "collectors/redis/session.h"

#include <gtest/gtest.h>

#include "collectors/redis/failure.h"

namespace insight::collectors::redis {
namespace {

TEST(RedisAddress, is_read_in_every_common_spelling) {
    const auto check = [](const char* text, const char* host, int port, bool tls) {
        const auto got = parse_address(text);
        ASSERT_TRUE(got.has_value()) << text;
        EXPECT_EQ(got->host, host);
        EXPECT_EQ(got->port, port);
        EXPECT_EQ(got->tls, tls);
    };
    check("cache:6380", "cache", 6380, false);
    check("cache", "cache", 6379, false);
    check("[::1]:6380", "::1", 6380, false);
    check("redis://cache:6380/0", "cache", 6380, false);
    check("rediss://cache", "cache", 6379, true);
}

TEST(RedisAddress, refuses_what_is_none_without_repeating_a_password) {
    for (const char* text : {"", ":6379", "cache:", "cache:x", "cache:70000", "cache:0", "[::1",
                             "[::1]x", "redis://u:hunter2@cache:6379"}) {
        const auto got = parse_address(text);
        if (std::string_view(text) == "cache:") {
            EXPECT_TRUE(got.has_value());  // the default port
            continue;
        }
        ASSERT_FALSE(got.has_value()) << text;
        EXPECT_EQ(got.error().message.find("hunter2"), std::string::npos);
    }
}

TEST(RedisFailure, tells_refusals_apart_and_names_the_missing_right) {
    const auto noperm = explain("cart", "collector", "LATENCY LATEST",
                                "NOPERM this user has no permissions to run the 'latency|latest'");
    EXPECT_EQ(noperm.kind, base::ErrorKind::Denied);
    EXPECT_NE(noperm.message.find("ACL SETUSER collector +latency|latest"), std::string::npos);
    EXPECT_EQ(explain("cart", "", "INFO", "NOAUTH Authentication required.").kind,
              base::ErrorKind::Denied);
    EXPECT_EQ(explain("cart", "", "INFO", "WRONGPASS invalid").kind, base::ErrorKind::Denied);
    EXPECT_EQ(explain("cart", "", "INFO", "ERR unknown command 'X'").kind,
              base::ErrorKind::Invalid);
    EXPECT_EQ(refusal("BUSY Redis is busy running a script"), "busy");
    EXPECT_EQ(refusal("LOADING Redis is loading the dataset in memory"), "loading");
    EXPECT_EQ(refusal("ERR max number of clients reached"), "max_clients");
    EXPECT_EQ(refusal("NOPERM x"), "");
}

TEST(RedisSession, nobody_there_over_tls_is_said_with_the_instance) {
    Session session("cart", {"127.0.0.1", 1, true}, "", {}, base::kSecond);
    const auto opened = session.open(base::Deadline::after(std::chrono::seconds(5)));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().kind, base::ErrorKind::Unavailable);
    EXPECT_NE(opened.error().message.find("Redis cart: 127.0.0.1:1"), std::string::npos);
}

}  // namespace
}  // namespace insight::collectors::redis
