#include "collectors/mcp/drift.h"

#include <gmock/gmock.h>

namespace insight::collectors::mcp {
namespace {

using base::Json;

store::Sample sample(base::Nanos time, const Json& tools) {
    return {"mcp", "db", time, {{"tools", tools}}};
}

TEST(Drift, changed_new_and_vanished_tools_are_changes_between_two_samples) {
    const auto found =
        drift("db",
              {sample(10, {{"a", "1"}, {"b", "1"}}), sample(30, {{"a", "1"}, {"b", "1"}}),
               sample(20, {{"a", "1"}, {"b", "1"}})},
              {{"tools", {{"a", "2"}, {"c", "1"}}}}, 40);
    ASSERT_EQ(found.size(), 3U);
    for (const auto& change : found) {
        EXPECT_EQ(change.time, 40);
        EXPECT_EQ(change.not_before, 30) << "the last sample that was as before";
        EXPECT_EQ(change.kind, "config");
        EXPECT_EQ(change.entity, "db");
        EXPECT_EQ(change.ref, "mcp/db");
    }
    EXPECT_THAT(found[0].summary, testing::HasSubstr("tool a of MCP server db changed"));
    EXPECT_EQ(found[0].before, "1");
    EXPECT_EQ(found[0].after, "2");
    EXPECT_THAT(found[1].summary, testing::HasSubstr("tool c of MCP server db is new"));
    EXPECT_THAT(found[2].summary, testing::HasSubstr("tool b of MCP server db is gone"));
}

TEST(Drift, a_list_that_was_not_read_to_its_end_gains_and_loses_nothing) {
    const Json cut{{"tools", {{"a", "2"}, {"c", "1"}}}, {"cut", true}};
    const auto found = drift("db", {sample(10, {{"a", "1"}, {"b", "1"}})}, cut, 40);
    ASSERT_EQ(found.size(), 2U) << "b may stand behind the cut";
    EXPECT_THAT(found[0].summary, testing::HasSubstr("tool a of MCP server db changed"));
    EXPECT_THAT(found[1].summary, testing::HasSubstr("tool c of MCP server db is new"));
    const auto back =
        drift("db", {{"mcp", "db", 10, cut}}, {{"tools", {{"a", "2"}, {"b", "1"}}}}, 40);
    ASSERT_EQ(back.size(), 1U) << "b may have stood behind the cut";
    EXPECT_THAT(back[0].summary, testing::HasSubstr("tool c of MCP server db is gone"));
}

TEST(Drift, nothing_is_said_where_nothing_is_known) {
    EXPECT_TRUE(drift("db", {}, {{"tools", {{"a", "1"}}}}, 40).empty());
    EXPECT_TRUE(drift("db", {{"mcp", "db", 1, Json()}, {"mcp", "db", 2, {{"tools", 7}}}},
                      {{"tools", {{"a", "1"}}}}, 40)
                    .empty());
    EXPECT_TRUE(drift("db", {sample(1, {{"a", "1"}})}, Json::object(), 40).empty())
        << "a server that cannot be asked has lost nothing";
}

}  // namespace
}  // namespace insight::collectors::mcp
