#include "config/store_url.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(StoreUrl, is_shown_without_its_password) {
    const std::vector<std::array<std::string, 3>> cases{
        {"postgresql://db/x", "postgresql://db/x", ""},
        {"postgresql://u@db:5432/x?sslmode=require", "postgresql://u@db:5432/x?sslmode=require",
         ""},
        {"postgresql://u:p%40%2Fss@db:5432/x", "postgresql://u@db:5432/x", "p@/ss"},
        {"postgresql://u:p/a@s@db/x?a=b", "postgresql://u@db/x?a=b", "p/a@s"},
        {"postgres://u:@db/x", "postgres://u@db/x", ""},
        {"postgresql://db:5432/x", "postgresql://db:5432/x", ""},
        {"postgresql://a:1,b:2/x", "postgresql://a:1,b:2/x", ""},
        {"postgresql://u@db/x?password=p%26q", "postgresql://u@db/x", "p&q"},
        {"postgresql://u@db/x?password=pq&a=b", "postgresql://u@db/x?a=b", "pq"},
        {"postgresql://u@db/x?a=b&password=pq&c=d", "postgresql://u@db/x?a=b&c=d", "pq"},
        {"postgresql://u@db/x?password=pq&a=b&password=r%26s", "postgresql://u@db/x?a=b", "r&s"},
        {"postgresql://u:pq@db/x?a=b&password=rs", "postgresql://u@db/x?a=b", "rs"},
        {"postgresql://u@db/x?pass%77ord=pq", "postgresql://u@db/x", "pq"},
        {"postgresql:///x?host=/run/pg", "postgresql:///x?host=/run/pg", ""},
        {"sqlite:///a:b@c/d", "sqlite:///a:b@c/d", ""}};
    for (const auto& [url, shown, password] : cases) {
        const auto read = store_url(url);
        ASSERT_TRUE(read) << url << ": " << read.error().message;
        EXPECT_EQ(read->shown, shown);
        EXPECT_EQ(read->password.reveal(), password) << url;
    }
}

TEST(StoreUrl, with_the_password_of_a_key_is_refused_without_repeating_it) {
    const auto read = store_url("postgresql://u@db/x?sslkey=/k.pem&sslpassword=hunter2");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().text(), HasSubstr("sslpassword"));
    EXPECT_THAT(read.error().text(), Not(HasSubstr("hunter2")));
}

TEST(StoreUrl, may_hold_a_password_by_reference_only) {
    EXPECT_TRUE(has_written_password("postgresql://u:hunter2@db/x"));
    EXPECT_TRUE(has_written_password("postgresql://u@db/x?password=hunter2"));
    EXPECT_TRUE(has_written_password("postgresql://u@db/x?password=${PW}&password=hunter2"));
    EXPECT_FALSE(has_written_password("postgresql://u:${PW}@db/x"));
    EXPECT_FALSE(has_written_password("postgresql://u@db/x?password=${PW}"));
    EXPECT_FALSE(has_written_password("postgresql://u@db:5432/x"));
    EXPECT_FALSE(has_written_password("${STORE}"));
    EXPECT_FALSE(has_written_password("sqlite:///a:b@c"));
}

TEST(StoreUrl, takes_its_password_from_the_environment_or_a_key_of_its_own) {
    ::setenv("STORE_TEST_PASSWORD", "hunter2", 1);
    for (const char* text :
         {"store: 'postgresql://u:${STORE_TEST_PASSWORD}@db/x'\n",
          "store: postgresql://u@db/x\nstorePassword: {env: STORE_TEST_PASSWORD}\n",
          "store: postgresql://u:${STORE_TEST_PASSWORD}x@db/x\n"
          "storePassword: ${STORE_TEST_PASSWORD}\n"}) {
        const auto config = parse_text(text);
        ASSERT_TRUE(config) << config.error().message;
        EXPECT_EQ(config->store, "postgresql://u@db/x");
        EXPECT_EQ(config->store_password.reveal(), "hunter2");
    }
    const auto written = parse_text("store: postgresql://u:hunter2@db/x\n");
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error().message,
                HasSubstr("line 1: 'store' holds a password, which is not written here"));
    EXPECT_THAT(written.error().text(), Not(HasSubstr("hunter2")));
    ::unsetenv("STORE_TEST_PASSWORD");
}

}  // namespace
}  // namespace insight::config
