#include "agent/reasoning/arguments.h"

#include <gmock/gmock.h>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/path.h"
#include "agent/reasoning/pattern.h"
#include "agent/reasoning/tally.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;
using testing::HasSubstr;

TEST(Arguments, are_checked_with_words_that_help) {
    const Json schema = object_schema({{"service", text_property("s")},
                                       {"limit", count_property("n", 0, 10)},
                                       {"show", choice_property("w", {"head", "tail"})}},
                                      {"service"});
    EXPECT_TRUE(check_arguments({{"service", "cart"}, {"limit", 3}}, schema));
    EXPECT_THAT(check_arguments({{"limit", 3}}, schema).error().message,
                HasSubstr("'service' is missing"));
    EXPECT_THAT(check_arguments({{"service", "c"}, {"limit", 11}}, schema).error().message,
                HasSubstr("at most 10"));
    EXPECT_THAT(check_arguments({{"service", "c"}, {"show", "all"}}, schema).error().message,
                HasSubstr("one of"));
    EXPECT_THAT(check_arguments({{"service", "c"}, {"servise", "c"}}, schema).error().message,
                HasSubstr("there are limit, service, show"));
    EXPECT_FALSE(check_arguments({{"service", std::string(501, 'x')}}, schema));
    EXPECT_FALSE(check_arguments(Json::array(), schema));
}

TEST(Arguments, a_clock_time_is_of_the_window) {
    const model::Window window{1'795'003'600 * base::kSecond, 1'795'004'500 * base::kSecond,
                               1'795'000'000 * base::kSecond, 1'795'003'600 * base::kSecond};
    EXPECT_EQ(*time_argument("12:10:00", window), *base::parse_rfc3339("2026-11-18T12:10:00Z"));
    EXPECT_EQ(*time_argument("23:50", window), *base::parse_rfc3339("2026-11-17T23:50:00Z"));
    EXPECT_FALSE(time_argument("soon", window));
    EXPECT_FALSE(slice_argument({{"from", "12:20"}, {"to", "12:10"}}, window));
}

TEST(Path, keys_may_have_dots_themselves) {
    const Json value{{"attributes", {{"k8s.pod.name", "cart-1"}}},
                     {"spec", {{"containers", {{{"image", "cart:2"}}}}}}};
    EXPECT_EQ(text_at_path(value, "attributes.k8s.pod.name"), "cart-1");
    EXPECT_EQ(text_at_path(value, "spec.containers[0].image"), "cart:2");
    EXPECT_EQ(text_at_path(value, "$.spec.containers.0.image"), "cart:2");
    EXPECT_EQ(text_at_path(value, "spec.containers[9].image"), "");
    EXPECT_EQ(at_path(value, "spec.containers[0"), nullptr);
}

TEST(Pattern, is_bounded_and_says_what_is_wrong) {
    EXPECT_TRUE(Pattern::make("OutOfMemory")->in("java.lang.outofmemoryerror"));
    EXPECT_THAT(Pattern::make("(").error().message, HasSubstr("no RE2 pattern"));
    EXPECT_FALSE(Pattern::make("(x{1000}){1000}"));
}

TEST(Tally, tells_the_common_and_the_rare_in_bounded_memory) {
    Tally tally(100);
    for (int i = 0; i < 200; ++i) tally.add("v" + std::to_string(i), i == 7 ? 50 : 1);
    const Json told = tally.told(1, 1);
    EXPECT_EQ(told[0]["value"], "v7");
    EXPECT_EQ(told[0]["count"], 50);
    EXPECT_EQ(told[1]["further"], 98);
    EXPECT_EQ(told.back()["uncounted"], 100);
}

TEST(Bound, cuts_from_the_end_and_says_how_much) {
    Json content{{"kind", "rows"},
                 {"columns", {"a"}},
                 {"rows", Json::array()},
                 {"facts", {{"matched", 500}}}};
    for (int i = 0; i < 500; ++i) content["rows"].push_back({std::string(40, 'x')});
    const std::size_t cut = bound(content, 2'000);
    EXPECT_LE(base::dump_json(content).size(), 2'000U);
    EXPECT_EQ(content["rows"].size() + cut, 500U);
    EXPECT_EQ(content["more"], cut);
    EXPECT_EQ(content["facts"]["matched"], 500);
}

TEST(Bound, holds_for_one_endless_text_and_for_long_facts) {
    Json text{{"kind", "change"}, {"diff", std::string(100'000, 'x')}};
    bound(text, 1'000);
    EXPECT_LE(base::dump_json(text).size(), 1'500U);
    Json facts{
        {"kind", "logs"}, {"lines", Json::array()}, {"facts", {{"templates", Json::array()}}}};
    for (int i = 0; i < 400; ++i)
        facts["facts"]["templates"].push_back({{"template", std::string(50, 'y')}});
    bound(facts, 2'000);
    EXPECT_LE(base::dump_json(facts).size(), 2'000U);
    EXPECT_GE(facts["facts"]["templates"].size(), 5U);
}

}  // namespace
}  // namespace insight::agent::reasoning
