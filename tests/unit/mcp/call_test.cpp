#include "collectors/mcp/call.h"

#include <gmock/gmock.h>

namespace insight::collectors::mcp {
namespace {

using base::Json;
using base::kSecond;
using testing::HasSubstr;

std::vector<Call> calls(const Json& list) {
    auto out = read_calls("db", {{"calls", list}});
    EXPECT_TRUE(out) << out.error().text();
    return out.value_or(std::vector<Call>{});
}

std::string error_of(const Json& entry) {
    const auto out = read_calls("db", entry);
    return out ? "no error" : out.error().message;
}

struct Asked {
    model::Incident incident{};
    model::Window window{1'000 * kSecond, 2'000 * kSecond, 100 * kSecond, 1'000 * kSecond};
    std::vector<Filled> operator()(const std::vector<Call>& list) const {
        return fill(list, {incident, window, base::Deadline::never()}, {"", "shop"});
    }
};

TEST(Calls, are_read_with_their_defaults) {
    const auto list =
        calls({{{"tool", "query"}},
               {{"tool", "log"}, {"view", "app"}, {"as", "logs"}, {"timeout", "2s"}}});
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(list[0].view, "query");
    EXPECT_EQ(list[0].timeout, 10 * kSecond);
    EXPECT_EQ(list[1].shape, Shape::Logs);
    EXPECT_EQ(list[1].timeout, 2 * kSecond);
    EXPECT_TRUE(read_calls("db", Json::object())->empty());
}

TEST(Calls, errors_name_the_key) {
    const auto one = [](const Json& call) { return error_of({{"calls", {call}}}); };
    EXPECT_THAT(error_of({{"calls", "x"}}), HasSubstr("mcpServers.db.calls"));
    EXPECT_THAT(error_of({{"timeout", 5}}), HasSubstr("mcpServers.db.timeout"));
    EXPECT_THAT(one({{"arguments", Json::object()}}), HasSubstr("calls[0].tool"));
    EXPECT_THAT(one({{"tool", "x"}, {"argument", 1}}), HasSubstr("did you mean 'arguments'"));
    EXPECT_THAT(one({{"tool", "x"}, {"arguments", {1}}}), HasSubstr("must be a map"));
    EXPECT_THAT(one({{"tool", "x"}, {"as", "metrics"}}), HasSubstr("rows or logs"));
    EXPECT_THAT(one({{"tool", "x"}, {"arguments", {{"a", "{window.begin}"}}}}),
                HasSubstr("{window.begin}, which does not exist"));
    EXPECT_THAT(one({{"tool", "x"}, {"arguments", {{"a", {"{service:unix}"}}}}}),
                HasSubstr("{service:unix}"));
    EXPECT_THAT(error_of({{"calls", Json(33, {{"tool", "x"}})}}), HasSubstr("at most 32"));
}

TEST(Calls, placeholders_become_times_numbers_and_names) {
    Asked asked;
    asked.incident.service = "checkout-api";
    const auto filled = asked(calls({{{"tool", "q"},
                                      {"arguments",
                                       {{"sql", "t > '{window.start}' AND s = '{service}'"},
                                        {"from", "{baseline.start:unix}"},
                                        {"to", {{"ms", "{window.end:ms}"}}},
                                        {"json", "{\"a\": {1,2}} {namespace}"}}}}}));
    ASSERT_EQ(filled.size(), 1U);
    EXPECT_EQ(filled[0].arguments,
              Json({{"sql", "t > '1970-01-01T00:16:40Z' AND s = 'checkout-api'"},
                    {"from", 100},
                    {"to", {{"ms", 2'000'000}}},
                    {"json", "{\"a\": {1,2}} shop"}}));
    EXPECT_EQ(filled[0].missing, "");
    EXPECT_EQ(filled[0].intervals,
              (std::vector<model::Interval>{{100 * kSecond, 2'000 * kSecond}}));
}

TEST(Calls, cover_what_they_ask_about) {
    const auto interval = [](const char* text) {
        return Asked()(calls({{{"tool", "q"}, {"arguments", {{"a", text}}}}}))[0].intervals;
    };
    using Intervals = std::vector<model::Interval>;
    EXPECT_EQ(interval("now"), Intervals{});
    EXPECT_EQ(interval("{window.end}"), Intervals{}) << "one moment";
    EXPECT_EQ(interval("{window.start}"), (Intervals{{1'000 * kSecond, 2'000 * kSecond}}));
    EXPECT_EQ(interval("{baseline.start} {baseline.end}"),
              (Intervals{{100 * kSecond, 1'000 * kSecond}}));
}

TEST(Calls, nothing_that_could_leave_a_quotation_gets_into_an_argument) {
    const auto list = calls({{{"tool", "q"}, {"arguments", {{"a", "'{service}'"}}}}});
    for (const char* name :
         {"x'; DROP TABLE y; --", "a b", "$(id)", "a\"b", "\xc3\xa4", "../x", ""}) {
        Asked asked;
        model::Alert alert;
        alert.labels["service"] = name;
        asked.incident.alerts.push_back(alert);
        EXPECT_EQ(asked(list)[0].missing, "service") << name;
    }
    Asked asked;
    model::Alert alert;
    alert.labels["app"] = "cart.v2_blue-1";
    asked.incident.alerts.push_back(alert);
    EXPECT_EQ(asked(list)[0].arguments["a"], "'cart.v2_blue-1'");
}

TEST(Calls, the_same_question_is_asked_once) {
    const auto list = calls({{{"tool", "q"}, {"arguments", {{"a", "{window.start}"}}}},
                             {{"tool", "q"}, {"arguments", {{"a", "1970-01-01T00:16:40Z"}}}},
                             {{"tool", "q"}, {"arguments", {{"a", "other"}}}}});
    EXPECT_EQ(Asked()(list).size(), 2U);
    // what is wanted as lines, or under another name, is wanted for itself
    EXPECT_EQ(Asked()(calls({{{"tool", "q"}}, {{"tool", "q"}, {"as", "logs"}}})).size(), 2U);
    EXPECT_EQ(Asked()(calls({{{"tool", "q"}}, {{"tool", "q"}, {"view", "v"}}})).size(), 2U);
}

}  // namespace
}  // namespace insight::collectors::mcp
