#include "config/value.h"

#include <gmock/gmock.h>

#include "config/expand.h"
#include "config/listen.h"
#include "tests/unit/config/kinds.h"

namespace insight::config {
namespace {

TEST(Expand, replaces_variables_once) {
    const Variable a("INSIGHT_TEST_A", "x${INSIGHT_TEST_B}");
    const Variable b("INSIGHT_TEST_B", "y");
    EXPECT_EQ(expand("<${INSIGHT_TEST_A}|${INSIGHT_TEST_B}>").value(), "<x${INSIGHT_TEST_B}|y>");
    EXPECT_EQ(expand("plain $HOME $ {}").value(), "plain $HOME $ {}");
    EXPECT_EQ(expand("").value(), "");
}

TEST(Expand, two_dollars_stand_for_the_characters_themselves) {
    EXPECT_EQ(expand("a$${NAME}b").value(), "a${NAME}b");
}

TEST(Expand, refuses_what_is_not_set_or_not_a_name) {
    const Variable a("INSIGHT_TEST_A", "");
    EXPECT_THAT(expand("${INSIGHT_TEST_A}").error().message,
                testing::HasSubstr("INSIGHT_TEST_A is not set"));
    for (const char* text : {"${", "${}", "${1A}", "${A-B}", "${A"})
        EXPECT_FALSE(expand(text)) << text;
}

TEST(Value, expands_before_it_checks_the_type) {
    const Variable workers("INSIGHT_TEST_WORKERS", "3");
    const auto config = parse_text("pipeline: {workers: \"${INSIGHT_TEST_WORKERS}\"}");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->pipeline.workers, 3);
}

TEST(Value, expansion_cannot_bring_in_structure) {
    const Variable evil("INSIGHT_TEST_EVIL", "x, limit: 1}");
    const auto config = parse_text(
        "collectors: {thing: [{name: a, url: 'http://h', cluster: '${INSIGHT_TEST_EVIL}'}]}");
    ASSERT_TRUE(config) << config.error().text();
    EXPECT_EQ(config->collectors.at("thing")[0].text("cluster"), "x, limit: 1}");
    EXPECT_EQ(config->collectors.at("thing")[0].count("limit"), 500);
}

TEST(Url, is_absolute_and_has_a_sane_host_and_port) {
    for (const char* url :
         {"http://h", "https://h:1/p?q#f", "http://[::1]:9090", "http://1.2.3.4/"})
        EXPECT_TRUE(check_url(url)) << url;
    for (const char* url :
         {"", "h:9090", "ftp://h", "http://", "http:///p", "http://h:0", "http://h:65536",
          "http://h:x", "http://h:", "http://[::1", "http://a b", "http://u@h", "http://h/\n"})
        EXPECT_FALSE(check_url(url)) << url;
}

TEST(Listen, knows_loopback_addresses) {
    for (const char* address : {"127.0.0.1", "127.9.9.9", "::1"}) EXPECT_TRUE(is_loopback(address));
    for (const char* address : {"0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "localhost", ""})
        EXPECT_FALSE(is_loopback(address)) << address;
}

}  // namespace
}  // namespace insight::config
