#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "collectors/neo4j/answer.h"
#include "collectors/neo4j/memory.h"
#include "collectors/neo4j/queries.h"
#include "collectors/neo4j/reader.h"
#include "collectors/neo4j/schema.h"
#include "collectors/neo4j/transactions.h"
#include "tests/tree.h"

namespace insight::collectors::neo4j {
namespace {

using testing::HasSubstr;
using testing::Not;

Json captured(const std::string& name) {
    std::ifstream file(test::data() / "neo4j" / (name + ".json"));
    std::stringstream text;
    text << file.rdbuf();
    return base::parse_json(text.str(), name).value();
}

Rows rows_of(const std::string& name) {
    return answer_of(captured(name), 1000)->rows;
}

TEST(Neo4jAnswer, both_shapes_are_rows_of_named_columns) {
    EXPECT_EQ(rows_of("transactions").at(0)["transactionId"], "neo4j-transaction-38");
    EXPECT_EQ(rows_of("transactional").at(1)["status"], "Blocked by: [neo4j-transaction-38]");
    const auto cut = answer_of(captured("transactions"), 2);
    EXPECT_TRUE(cut->cut);
    EXPECT_EQ(cut->rows.size(), 2U);
}

TEST(Neo4jAnswer, an_error_after_rows_is_an_error) {
    const auto late = answer_of({{"data", {{"fields", {"x"}}, {"values", {{1}}}}},
                                 {"errors", {{{"code", "Neo.A"}, {"message", "late"}}}}},
                                10);
    EXPECT_EQ(late->code, "Neo.A");
    const auto plain = answer_of({{"errors", {{{"message", "no code"}}}}}, 10);
    EXPECT_FALSE(plain->code.empty()) << "an error without a code is still one";
}

TEST(Neo4jAnswer, what_is_of_neither_shape_is_nothing) {
    for (const Json& body :
         {Json(nullptr), Json::array(), Json("text"), Json::object(), Json{{"data", 3}},
          Json{{"data", {{"rows", 1}}}}, Json{{"errors", Json::array()}}})
        EXPECT_FALSE(answer_of(body, 10)) << body;
    const auto odd =
        answer_of({{"data", {{"fields", {1, "b"}}, {"values", {{1}, 7, {1, 2, 3}}}}}}, 10);
    ASSERT_TRUE(odd);
    ASSERT_EQ(odd->rows.size(), 2U);
    EXPECT_EQ(odd->rows[1], Json({{"b", 2}}));
}

TEST(Neo4jValues, durations_of_both_eras_are_seconds) {
    EXPECT_EQ(seconds_of("PT2.559S"), 2.559);
    EXPECT_EQ(seconds_of("PT1H2M3S"), 3723.0);
    EXPECT_EQ(seconds_of("P1DT1S"), 86401.0);
    EXPECT_EQ(seconds_of(1500), 1.5);
    EXPECT_EQ(seconds_of("PT0S"), 0.0);
    for (const Json& value : {Json(nullptr), Json("soon"), Json("1s"), Json::array()})
        EXPECT_TRUE(seconds_of(value).is_null()) << value;
}

TEST(Neo4jValues, sizes_of_settings_are_bytes) {
    EXPECT_EQ(bytes_of("32.00MiB"), 32.0 * 1024 * 1024);
    EXPECT_EQ(bytes_of("1g"), 1073741824.0);
    EXPECT_EQ(bytes_of("0B"), 0.0);
    EXPECT_EQ(bytes_of("512"), 512.0);
    EXPECT_TRUE(bytes_of("").is_null());
    EXPECT_TRUE(bytes_of("a lot").is_null());
}

TEST(Neo4jValues, names_that_are_not_plain_are_quoted_for_cypher) {
    EXPECT_EQ(cypher_name("devops_insight"), "devops_insight");
    EXPECT_EQ(cypher_name("night-watch"), "`night-watch`");
    EXPECT_EQ(cypher_name("a`b; DROP"), "`a``b; DROP`");
    const Rights rights = rights_of({{{"command", "GRANT ACCESS ON DATABASE * TO `on-call eye`"}}});
    EXPECT_EQ(rights.role, "`on-call eye`");
    EXPECT_EQ(rights.missing.at(1), "GRANT SHOW INDEX ON DATABASE * TO `on-call eye`");
}

TEST(Neo4jTransactions, ours_are_left_out_and_the_oldest_is_first) {
    const Rows rows = transaction_rows(rows_of("transactions"), agents_of(rows_of("connections")));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows[0]["transaction"], "neo4j-transaction-38");
    EXPECT_EQ(rows[0]["idle"], true);
    EXPECT_TRUE(rows[0]["query"].is_null());
    EXPECT_EQ(rows[0]["application"], "neo4j") << "nothing better is known than the user";
    EXPECT_EQ(rows[1]["application"], "checkout/1.4.0");
    EXPECT_EQ(rows[1]["status"], "blocked");
    EXPECT_EQ(rows[1]["wait_age_s"], 1.925) << "of this lock, not of all before it";
    EXPECT_EQ(rows[1]["indexes"], Json({"Order(id)"}));
    EXPECT_EQ(rows[1]["client_addr"], "127.0.0.1");
    EXPECT_TRUE(rows[2]["client_addr"].is_null());
    const Json activity = activity_row(rows, rows_of("connections"));
    EXPECT_EQ(activity["blocked"], 2);
    EXPECT_EQ(activity["idle"], 1);
    EXPECT_EQ(activity["running"], 0);
    EXPECT_EQ(activity["connections"], 3);
}

// A server that is slow goes on with what we gave up: nobody's long query.
TEST(Neo4jTransactions, statements_of_ours_that_ran_out_of_time_are_not_a_clients) {
    const auto running = [](const std::string& query) {
        return Json{{"transactionId", "neo4j-transaction-7"},
                    {"database", "system"},
                    {"username", "neo4j"},
                    {"status", "Running"},
                    {"elapsedTime", "PT31S"},
                    {"currentQueryElapsedTime", "PT31S"},
                    {"currentQuery", query}};
    };
    const std::string mark(kMark);
    for (const View* view : kViews)
        for (const std::string_view form : view->forms) {
            if (form.empty()) continue;
            EXPECT_TRUE(transaction_rows({running(std::string(form) + mark)}, {}).empty()) << form;
        }
    EXPECT_TRUE(transaction_rows({running(std::string(kPrivileges) + mark)}, {}).empty());
    for (const std::string& theirs :
         {std::string("SHOW DATABASES YIELD *"), "MATCH (n) RETURN n" + mark, mark,
          "MATCH (n) RETURN n " + std::string(kDatabases.forms[0]) + mark})
        EXPECT_EQ(transaction_rows({running(theirs)}, {}).size(), 1U) << theirs;
}

TEST(Neo4jTransactions, an_edge_leads_from_each_waiter_to_its_blocker) {
    const Rows rows = transaction_rows(rows_of("transactions"), agents_of(rows_of("connections")));
    const Rows edges = blocking_rows(rows);
    ASSERT_EQ(edges.size(), 2U);
    for (const Json& edge : edges) {
        EXPECT_EQ(edge["blocker_transaction"], "neo4j-transaction-38");
        EXPECT_EQ(edge["root"], true);
        EXPECT_EQ(edge["waiters_behind_root"], 2);
        EXPECT_EQ(edge["resource_ids"], "[6]");
        EXPECT_EQ(edge["blocker_idle"], true);
    }
}

TEST(Neo4jTransactions, circles_and_blockers_that_are_gone_do_no_harm) {
    const auto one = [](const char* id, const char* status) {
        return Json{{"transactionId", id}, {"status", status}, {"elapsedTime", "PT1S"}};
    };
    const Rows rows =
        transaction_rows({one("a", "Blocked by: [b, gone]"), one("b", "Blocked by: [a]"),
                          one("c", "Blocked by: []"), Json(7), Json::object()},
                         {});
    const Rows edges = blocking_rows(rows);
    ASSERT_EQ(edges.size(), 3U);
    std::size_t roots = 0;
    for (const Json& edge : edges) roots += edge["root"] == true ? 1 : 0;
    EXPECT_EQ(roots, 1U) << "only the one that is gone waits for nobody";
}

TEST(Neo4jTransactions, metadata_names_the_application_and_secrets_are_redacted) {
    const Rows rows = transaction_rows({{{"transactionId", "t"},
                                         {"username", "shop"},
                                         {"metaData", {{"app", "cart-worker"}}},
                                         {"currentQuery", "CALL x('password=hunter2-hunter2')"},
                                         {"elapsedTimeMillis", 2500}}},
                                       {});
    EXPECT_EQ(rows.at(0)["application"], "cart-worker");
    EXPECT_EQ(rows.at(0)["age_s"], 2.5) << "as 4.0 to 4.3 write it";
    EXPECT_THAT(rows.at(0)["query"].get<std::string>(), Not(HasSubstr("hunter2")));
}

TEST(Neo4jConnections, alike_ones_are_one_row_without_ours) {
    const Rows rows = connection_rows(rows_of("connections"));
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0]["count"], 2);
    EXPECT_EQ(rows[0]["application"], "shop") << "a driver's own name says nothing";
    EXPECT_EQ(rows[0]["client_addr"], "[::1]");
    EXPECT_EQ(rows[1]["application"], "checkout/1.4.0");
}

TEST(Neo4jSchema, a_database_that_did_not_start_says_why) {
    const Rows rows = database_rows(rows_of("databases"));
    EXPECT_EQ(rows.at(0)["current_status"], "offline");
    EXPECT_EQ(rows.at(0)["requested_status"], "online");
    EXPECT_THAT(rows.at(0)["status_message"].get<std::string>(), HasSubstr("Unable to start"));
    EXPECT_TRUE(rows.at(1)["status_message"].is_null());
}

TEST(Neo4jSchema, a_failed_index_keeps_the_first_line_of_its_trace) {
    const Rows rows = index_rows(rows_of("indexes"), "neo4j");
    EXPECT_EQ(rows.at(0)["on"], ":Doc(body)");
    EXPECT_THAT(rows.at(0)["failure"].get<std::string>(), HasSubstr("too large to index"));
    EXPECT_THAT(rows.at(0)["failure"].get<std::string>(), Not(HasSubstr("Thread.run")));
    EXPECT_TRUE(rows.at(1)["failure"].is_null());
    EXPECT_EQ(rows.at(1)["read_count"], 2);
    EXPECT_EQ(rows.at(2)["on"], "-[]-");
}

TEST(Neo4jMemory, beans_become_one_row_with_every_key) {
    const Json row = memory_row(rows_of("beans"), {});
    EXPECT_EQ(row["heap_max_bytes"], 536870912);
    EXPECT_EQ(row["gc_count"], 47.0);
    EXPECT_EQ(row["gc_time_ms"], 600.0);
    EXPECT_EQ(row["old_after_gc_bytes"], 61920768);
    EXPECT_EQ(row["started_at"], 1795243557.262);
    EXPECT_TRUE(row.contains("page_cache_hits") && row["page_cache_hits"].is_null());
    const Json odd = memory_row({Json(3), Json{{"name", "java.lang:type=Memory"}}}, {});
    for (const auto& [key, value] : odd.items()) EXPECT_TRUE(value.is_null()) << key;
}

// The names of the manual's metrics reference; Enterprise itself cannot be run here.
TEST(Neo4jMemory, enterprise_metrics_give_page_cache_and_store) {
    const auto bean = [](const char* name, const char* attribute, double value) {
        return Json{{"name", std::string("neo4j.metrics:name=") + name},
                    {"attributes", {{attribute, {{"description", ""}, {"value", value}}}}}};
    };
    const Rows metrics{bean("neo4j.dbms.page_cache.hits", "Count", 900),
                       bean("neo4j.dbms.page_cache.page_faults", "Count", 100),
                       bean("neo4j.dbms.bolt.connections_running", "Value", 7),
                       bean("neo4j.database.shop.eu.store.size.total", "Value", 4096),
                       bean("neo4j.database.shop.eu.store.size.database", "Value", 1024)};
    const Json row = memory_row({}, metrics);
    EXPECT_EQ(row["page_cache_hits"], 900.0);
    EXPECT_EQ(row["page_cache_faults"], 100.0);
    EXPECT_EQ(row["bolt_running"], 7.0);
    const Rows store = store_rows(metrics);
    ASSERT_EQ(store.size(), 1U);
    EXPECT_EQ(store[0]["database"], "shop.eu");
    EXPECT_EQ(store[0]["total_bytes"], 4096.0);
    EXPECT_EQ(store[0]["database_bytes"], 1024.0);
}

// The wording of SHOW USER PRIVILEGES AS COMMANDS in the manual.
TEST(Neo4jRights, what_is_missing_is_a_grant_to_the_role_of_the_user) {
    const Rights some = rights_of({{{"command", "GRANT ACCESS ON HOME DATABASE TO `PUBLIC`"}},
                                   {{"command", "GRANT EXECUTE PROCEDURE * ON DBMS TO `PUBLIC`"}},
                                   {{"command", "GRANT ACCESS ON DATABASE * TO `eye`"}},
                                   {{"command", "GRANT SHOW INDEX ON DATABASE * TO `eye`"}},
                                   {{"command", "DENY SHOW CONSTRAINT ON DATABASE * TO `eye`"}}});
    EXPECT_EQ(some.role, "eye");
    EXPECT_THAT(some.missing,
                testing::ElementsAre("GRANT SHOW TRANSACTION (*) ON DATABASE * TO eye",
                                     "GRANT SHOW CONSTRAINT ON DATABASE * TO eye",
                                     "GRANT SHOW SETTING * ON DBMS TO eye",
                                     "GRANT SHOW SERVERS ON DBMS TO eye"));
    EXPECT_EQ(rights_of({}).missing.size(), kRights.size());
    const Rights admin =
        rights_of({{{"command", "GRANT ACCESS ON DATABASE * TO `admin`"}},
                   {{"command", "GRANT ALL DBMS PRIVILEGES ON DBMS TO `admin`"}},
                   {{"command", "GRANT TRANSACTION MANAGEMENT (*) ON DATABASE * TO `admin`"}},
                   {{"command", "GRANT INDEX MANAGEMENT ON DATABASE * TO `admin`"}},
                   {{"command", "GRANT CONSTRAINT MANAGEMENT ON DATABASE * TO `admin`"}}});
    EXPECT_THAT(admin.missing, testing::IsEmpty());
}

}  // namespace
}  // namespace insight::collectors::neo4j
