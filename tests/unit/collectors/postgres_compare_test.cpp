#include "collectors/postgres/compare.h"

#include <gtest/gtest.h>

namespace insight::collectors::postgres {
namespace {

using base::Json;

Json index(const char* name, const char* table = "orders", bool valid = true) {
    return {{"schema", "public"},
            {"table", table},
            {"index", name},
            {"definition", std::string("CREATE INDEX ") + name},
            {"valid", valid}};
}

std::vector<std::string> summaries(const Json& before, const Json& after) {
    std::vector<std::string> out;
    for (const auto& change : changes("orders", {{100, &before}, {200, &after}}, 0))
        out.push_back(change.summary);
    return out;
}

using Texts = std::vector<std::string>;

TEST(PostgresCompare, tells_a_dropped_index_with_its_definition_and_the_time_between) {
    const Json before{{"indexes", {index("a"), index("b")}}};
    const Json after{{"indexes", {index("b")}}};
    const auto found = changes("orders", {{100, &before}, {200, &after}}, 0);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "index a on public.orders was dropped");
    EXPECT_EQ(found[0].before, "CREATE INDEX a");
    EXPECT_EQ(found[0].after, "");
    EXPECT_EQ(found[0].kind, "config");
    EXPECT_EQ(found[0].entity, "orders");
    EXPECT_EQ(found[0].ref, "postgresql/orders");
    EXPECT_EQ(found[0].time, 200);
    EXPECT_EQ(found[0].not_before, 100);
}

TEST(PostgresCompare, says_nothing_about_lists_that_were_cut_or_not_read) {
    const Json before{{"indexes", {index("a")}}};
    EXPECT_TRUE(summaries(before, {{"indexes", Json::array()}, {"partial", {"indexes"}}}).empty());
    EXPECT_TRUE(summaries({{"indexes", {index("a")}}, {"partial", {"indexes"}}},
                          {{"indexes", Json::array()}})
                    .empty());
    EXPECT_TRUE(summaries(before, Json::object()).empty());
}

TEST(PostgresCompare, tells_a_dropped_table_once_without_its_indexes) {
    EXPECT_EQ(summaries({{"relations", {"public.orders"}}, {"indexes", {index("a")}}},
                        {{"relations", Json::array()}, {"indexes", Json::array()}}),
              (Texts{"table public.orders was dropped"}));
}

TEST(PostgresCompare, tells_an_index_that_became_invalid_or_was_redefined) {
    Json other = index("a");
    other["definition"] = "CREATE INDEX a ON orders (state)";
    EXPECT_EQ(summaries({{"indexes", {index("a")}}}, {{"indexes", {other}}}),
              (Texts{"index a on public.orders was redefined"}));
    EXPECT_EQ(summaries({{"indexes", {index("a")}}}, {{"indexes", {index("a", "orders", false)}}}),
              (Texts{"index a on public.orders became invalid"}));
}

TEST(PostgresCompare, a_definition_hidden_by_a_lock_is_no_change) {
    Json locked = index("a");
    locked["definition"] = nullptr;
    EXPECT_TRUE(summaries({{"indexes", {index("a")}}}, {{"indexes", {locked}}}).empty());
}

TEST(PostgresCompare, tells_settings_that_changed_came_or_went) {
    EXPECT_EQ(summaries({{"settings", {{"jit", "on"}, {"work_mem", "4MB"}}}},
                        {{"settings", {{"jit", "off"}, {"fsync", "off"}}}}),
              (Texts{"setting fsync was set to off", "setting jit was changed from on to off",
                     "setting work_mem was reset to its default"}));
}

TEST(PostgresCompare, tells_privileges_that_changed_on_a_table_that_both_samples_list) {
    const auto table = [](const char* name, const char* privileges) {
        return Json{{"schema", "public"}, {"table", name}, {"privileges", privileges}};
    };
    const Json before{{"tables", {table("orders", "shop=arwd/owner"), table("old", "a")}}};
    const Json after{{"tables", {table("orders", "shop=rwd/owner"), table("new", "b")}}};
    const auto found = changes("orders", {{100, &before}, {200, &after}}, 0);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "privileges on table public.orders were changed");
    EXPECT_EQ(found[0].before, "shop=arwd/owner");
    EXPECT_EQ(found[0].after, "shop=rwd/owner");
    // a sample of an older service does not know them
    const Json unknown{{"tables", {{{"schema", "public"}, {"table", "orders"}}}}};
    EXPECT_TRUE(changes("orders", {{100, &unknown}, {200, &after}}, 0).empty());
}

TEST(PostgresCompare, a_restart_has_the_servers_own_time) {
    const Json before{{"server", {{"started_at", 10.0}, {"version", "15.1"}}}};
    const Json after{{"server", {{"started_at", 150.0}, {"version", "15.2"}}}};
    const auto found = changes("orders", {{100, &before}, {200, &after}}, 0);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "PostgreSQL orders was restarted as version 15.2");
    EXPECT_EQ(found[0].time, 150 * base::kSecond);
    EXPECT_EQ(found[0].not_before, 0);
    EXPECT_TRUE(changes("orders", {{100, &before}, {200, &before}}, 0).empty());
}

TEST(PostgresCompare, survives_samples_of_any_shape) {
    const Json odd{{"indexes", {1, "x", nullptr}},
                   {"relations", {{{"a", 1}}}},
                   {"settings", {{"a", 1}}},
                   {"server", 7},
                   {"partial", "no list"}};
    EXPECT_TRUE(summaries(odd, odd).empty());
    EXPECT_TRUE(changes("orders", {}, 0).empty());
}

}  // namespace
}  // namespace insight::collectors::postgres
