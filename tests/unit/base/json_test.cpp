#include "core/base/json.h"

#include <gtest/gtest.h>

namespace insight::base {
namespace {

std::string nested(std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
}

TEST(ParseJson, deep_nesting_is_refused_before_it_can_hurt) {
    EXPECT_TRUE(parse_json(nested(256), "x"));
    const auto deep = parse_json(nested(257), "the body");
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().message, "the body is nested deeper than 256 levels");
    EXPECT_FALSE(parse_json(std::string(100'000, '['), "x"));
}

TEST(ParseJson, size_is_bounded) {
    const auto large = parse_json(std::string(100, ' '), "x", {.bytes = 99, .depth = 8});
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind, ErrorKind::TooLarge);
}

TEST(ParseJson, an_error_says_where) {
    const auto broken = parse_json(R"({"a": tru})", "the webhook body");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().kind, ErrorKind::Invalid);
    EXPECT_NE(broken.error().message.find("the webhook body is not valid JSON (at byte"),
              std::string::npos);
}

TEST(DumpJson, invalid_utf8_never_throws) {
    EXPECT_EQ(dump_json(Json("a\xff"
                             "b")),
              "\"a\xef\xbf\xbd"
              "b\"");
}

TEST(Readers, another_type_gives_the_fallback) {
    const Json object = {{"text", 5}, {"number", "x"}, {"list", {1}}, {"big", 1e300}};
    EXPECT_EQ(text_at(object, "text", "none"), "none");
    EXPECT_EQ(number_at(object, "number", 7), 7);
    EXPECT_EQ(integer_at(object, "big", 3), 3);
    EXPECT_TRUE(object_at(object, "list").empty());
    EXPECT_EQ(array_at(object, "list").size(), 1U);
    EXPECT_EQ(text_at(Json(3), "x", "none"), "none");
}

}  // namespace
}  // namespace insight::base
