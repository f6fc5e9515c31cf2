#include "collectors/mcp/evidence.h"

#include <gmock/gmock.h>

namespace insight::collectors::mcp {
namespace {

using base::Json;
using base::kSecond;
using insight::mcp::Endpoint;
using insight::mcp::ToolResult;

struct Given {
    Call call{.tool = "look", .view = "look"};
    Endpoint endpoint{.name = "db", .concealed = {"hidden-word"}};
    RowMaker make{"mcp", "db", {"east", ""}};
    model::Window window{1'795'000'000 * kSecond, 1'795'000'900 * kSecond, 1'794'999'000 * kSecond,
                         1'795'000'000 * kSecond};
    Budget budget{};

    Evidence operator()(ToolResult result) {
        const Filled filled{&call, call.arguments, {}, {}};
        return evidence_of(filled, std::move(result), endpoint, make, 7, window, budget);
    }
    Evidence text(std::string words) { return (*this)({.texts = {std::move(words)}}); }
    std::vector<std::pair<std::string, Json>> rows(Json structured) {
        std::vector<std::pair<std::string, Json>> out;
        for (auto& row : (*this)({.structured = std::move(structured)}).rows) {
            row.row.erase("cluster");
            out.emplace_back(row.view, row.row);
        }
        return out;
    }
};

using Rows = std::vector<std::pair<std::string, Json>>;

TEST(McpRows, follow_the_shape_of_the_answer) {
    Given given;
    EXPECT_EQ(given.rows({{{"n", 1}}, {{"n", 2}}}),
              (Rows{{"look", {{"n", 1}}}, {"look", {{"n", 2}}}}));
    EXPECT_EQ(given.rows({{"items", {{{"n", 1}}}}, {"total", 1}}),
              (Rows{{"look", {{"total", 1}}}, {"look", {{"n", 1}}}}));
    EXPECT_EQ(given.rows({{"a", {{{"n", 1}}}}, {"b", {{{"n", 2}}}}}),
              (Rows{{"look.a", {{"n", 1}}}, {"look.b", {{"n", 2}}}}));
    EXPECT_EQ(given.rows({{"a", {{{"n", 1}}}}, {"b", Json::array()}}),
              (Rows{{"look.a", {{"n", 1}}}}))
        << "an empty list does not change what the other is called";
    EXPECT_EQ(given.rows({1, 2}), (Rows{{"look", {{"value", {1, 2}}}}}));
    EXPECT_EQ(given.rows(true), (Rows{{"look", {{"value", true}}}}));
    EXPECT_TRUE(given.rows(Json::array()).empty());
    EXPECT_TRUE(given.rows({{"a", Json::array()}}).empty());
}

TEST(McpRows, text_that_is_json_is_read_and_other_text_is_kept) {
    Given given;
    EXPECT_EQ(given.text(" [{\"n\": 1}]").rows[0].row, Json({{"n", 1}, {"cluster", "east"}}));
    EXPECT_EQ(given.text("[not json]").rows[0].row["text"], "[not json]");
    EXPECT_EQ(given.text("17").rows[0].row["text"], "17");
    const auto row = given.text("x").rows[0];
    EXPECT_EQ(row.system, "mcp");
    EXPECT_EQ(row.instance, "db");
    EXPECT_EQ(row.time, 7);
}

TEST(McpRows, secrets_are_replaced_wherever_they_are) {
    Given given;
    const auto evidence = given({.structured = {{"dsn", "postgres://u:pw-99@h/x"},
                                                {"db_password", "short"},
                                                {"deep", {{"note", "the hidden-word"}}},
                                                {"tokens", 3}}});
    const std::string all = base::dump_json(evidence.rows[0].row);
    for (const char* secret : {"pw-99", "short", "hidden-word"})
        EXPECT_THAT(all, testing::Not(testing::HasSubstr(secret)));
    EXPECT_EQ(evidence.rows[0].row["tokens"], 3);
}

TEST(McpRows, a_secret_that_is_named_later_is_hidden_where_it_stood_bare_before) {
    const std::string value = "Named-Below-4711";
    Given given;
    const auto rows = given({.structured = {{{"note", "it tried " + value}},
                                            {{"note", "dsn postgres://u:" + value + "@h/x"}}}});
    ASSERT_EQ(rows.rows.size(), 2U);
    EXPECT_THAT(base::dump_json(rows.rows[0].row), testing::HasSubstr("it tried <password:"));
    given.call.shape = Shape::Logs;
    const auto logs = given.text(
        "2026-11-18T11:06:41Z it tried Also-Named-4712\n"
        "2026-11-18T11:06:42Z password=Also-Named-4712");
    ASSERT_EQ(logs.logs.size(), 2U);
    EXPECT_THAT(logs.logs[0].body, testing::Not(testing::HasSubstr("Also-Named")));
}

TEST(McpRows, are_bounded_in_number_length_depth_and_sum) {
    Given given;
    Json many = Json::array();
    for (int i = 0; i < 3000; ++i) many.push_back({{"n", i}});
    const auto cut = given({.structured = many});
    EXPECT_EQ(cut.rows.size(), 500U);
    EXPECT_TRUE(cut.truncated);
    EXPECT_THAT(cut.notes[0], testing::HasSubstr("500 of 3000"));
    EXPECT_EQ(given.budget.rows, 1500U);

    const auto longer = given.text(std::string(100'000, 'x'));
    EXPECT_TRUE(longer.truncated);
    EXPECT_LE(longer.rows[0].row["text"].get<std::string>().size(), 8U << 10);

    Json deep = 1;
    for (int i = 0; i < 90; ++i) deep = Json{{"d", deep}};
    EXPECT_TRUE(given({.structured = deep}).truncated);
    Json wide = Json::object();
    for (int i = 0; i < 20'000; ++i) wide["k" + std::to_string(i)] = i;
    EXPECT_LE(base::dump_json(given({.structured = wide}).rows[0].row).size(), 33U << 10);

    given.budget = {10, 100};
    EXPECT_TRUE(given({.structured = many}).truncated) << "the sum over all calls";
}

TEST(McpLogs, times_as_numbers_are_of_any_usual_unit) {
    Given given;
    given.call.shape = Shape::Logs;
    for (const char* time :
         {"1795000003", "1795000003000", "1795000003000000", "1795000003000000000"}) {
        const auto evidence = given.text(std::string("{\"ts\": ") + time + ", \"msg\": \"ok\"}\n");
        ASSERT_EQ(evidence.logs.size(), 1U) << time;
        EXPECT_EQ(evidence.logs[0].time, 1'795'000'003 * kSecond);
    }
    EXPECT_TRUE(given.text("{\"ts\": 1e300}\n").logs.empty());
}

TEST(McpLogs, lines_with_a_time_are_records_and_those_behind_go_with_them) {
    Given given;
    given.call.shape = Shape::Logs;
    const auto evidence = given.text(
        "no time yet\n"
        "2026-11-18T11:06:41Z ERROR disk full, token=hx81Kd02pqZ7\n"
        "  at store.js:7\n"
        "\n"
        "[2026-11-18 11:06:42,250] WARN slow\n"
        "{\"ts\": 1795000003.5, \"level\": \"info\", \"msg\": \"ok\"}\n"
        "{\"time\": \"2026-11-18T11:06:44.5Z\", \"level\": \"error\", \"msg\": \"bad\"}\n"
        "2020-01-01T00:00:00Z INFO long ago\n");
    ASSERT_EQ(evidence.logs.size(), 5U);
    EXPECT_EQ(evidence.logs[0].time, 1'795'000'001 * kSecond);
    EXPECT_EQ(evidence.logs[0].severity, 17);
    EXPECT_THAT(evidence.logs[0].body, testing::Not(testing::HasSubstr("hx81Kd02pqZ7")));
    EXPECT_EQ(evidence.logs[1].time, evidence.logs[0].time) << "a line without a time";
    EXPECT_EQ(evidence.logs[2].time, 1'795'000'002 * kSecond + 250'000'000);
    EXPECT_EQ(evidence.logs[3].time, 1'795'000'003 * kSecond + 500'000'000);
    EXPECT_EQ(evidence.logs[4].severity, 17);
    EXPECT_EQ(evidence.logs[4].attributes.at("mcp.server"), "db");
    EXPECT_EQ(evidence.notes, (std::vector<std::string>{"1 lines left out that say no time",
                                                        "1 lines left out from before or after"}));
    given.budget.rows = 1;
    EXPECT_TRUE(given.text("2026-11-18T11:06:41Z a\n2026-11-18T11:06:42Z b\n").truncated);
}

}  // namespace
}  // namespace insight::collectors::mcp
