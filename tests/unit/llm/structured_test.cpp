#include "core/llm/structured.h"

#include <gtest/gtest.h>

#include "tests/unit/llm/harness.h"

namespace insight::llm {
namespace {

using base::Json;

TEST(Structured, finds_the_value_behind_fences_and_prose) {
    const Json value{{"a", 1}};
    for (const char* text :
         {R"({"a":1})", "  {\"a\": 1}\n", "```json\n{\"a\":1}\n```", "Here it is: {\"a\":1}. Done.",
          "I saw [1] and {broken, so:\n{\"a\":1}", "first {\"b\":\"}\"} then {\"a\":1}"})
        EXPECT_EQ(json_in(text), value) << text;
}

TEST(Structured, finds_nothing_where_there_is_nothing) {
    for (const char* text : {"", "no value here", "{\"a\": ", "{{{{{{", "```json\n```"})
        EXPECT_EQ(json_in(text), std::nullopt) << text;
}

TEST(Structured, gives_up_on_endless_brackets_soon) {
    EXPECT_EQ(json_in(std::string(1U << 20, '[')), std::nullopt);
}

TEST(Structured, closes_objects_and_tells_bounds_in_words) {
    const Json closed =
        closed_schema({{"type", "object"},
                       {"properties",
                        {{"n", {{"type", "integer"}, {"minimum", 1}, {"description", "how many"}}},
                         {"list",
                          {{"type", "array"},
                           {"minItems", 2},
                           {"items", {{"type", "object"}, {"properties", Json::object()}}}}}}}});
    EXPECT_EQ(closed["additionalProperties"], false);
    EXPECT_EQ(closed["properties"]["n"],
              Json({{"type", "integer"}, {"description", "how many {minimum: 1}"}}));
    EXPECT_EQ(closed["properties"]["list"]["items"]["additionalProperties"], false);
    EXPECT_FALSE(closed["properties"]["list"].contains("minItems"));
}

TEST(Structured, keeps_properties_that_are_named_like_bounds) {
    const Json closed =
        closed_schema({{"type", "object"}, {"properties", {{"pattern", {{"type", "string"}}}}}});
    EXPECT_TRUE(closed["properties"].contains("pattern"));
}

TEST(Structured, knows_what_strict_mode_takes) {
    Json schema = test::rich_prompt().answer_schema;
    EXPECT_TRUE(strict_ready(schema));
    schema["required"] = {"cause"};
    EXPECT_FALSE(strict_ready(schema)) << "an optional property";
    schema = test::rich_prompt().answer_schema;
    schema.erase("additionalProperties");
    EXPECT_FALSE(strict_ready(schema)) << "an open object";
    EXPECT_FALSE(strict_ready({{"type", "string"}}));
}

}  // namespace
}  // namespace insight::llm
