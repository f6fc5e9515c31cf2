#include "collectors/neo4j/compare.h"

#include <gmock/gmock.h>

#include "collectors/neo4j/failure.h"

namespace insight::collectors::neo4j {
namespace {

using base::ErrorKind;
using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;

Json sample() {
    return {{"server", {{"version", "5.26.11"}, {"started_at", 1000.0}}},
            {"databases", {{{"database", "neo4j"}, {"current_status", "online"}}}},
            {"indexes", Json::array()},
            {"constraints", Json::array()},
            {"settings", {{"db.transaction.timeout", "0s"}}}};
}

Json index(const std::string& name, const char* state = "ONLINE") {
    return {{"database", "neo4j"},   {"index", name},
            {"on", ":Order(id)"},    {"state", state},
            {"constraint", nullptr}, {"definition", "CREATE RANGE INDEX " + name}};
}

std::vector<model::Change> between(const Json& before, const Json& after) {
    return changes("graph", {{100 * base::kSecond, &before}, {130 * base::kSecond, &after}}, 0);
}

std::vector<std::string> told(const Json& before, const Json& after) {
    std::vector<std::string> out;
    for (const auto& change : between(before, after)) out.push_back(change.summary);
    return out;
}

TEST(Neo4jCompare, an_index_that_went_is_told_with_its_definition_and_interval) {
    Json before = sample();
    before["indexes"].push_back(index("order_id"));
    const auto found = between(before, sample());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].summary, "index order_id on :Order(id) of database neo4j was dropped");
    EXPECT_EQ(found[0].before, "CREATE RANGE INDEX order_id");
    EXPECT_EQ(found[0].kind, "config");
    EXPECT_EQ(found[0].not_before, 100 * base::kSecond);
    EXPECT_EQ(found[0].time, 130 * base::kSecond);
    EXPECT_THAT(told(sample(), before),
                ElementsAre("index order_id on :Order(id) of database neo4j was created"));
}

TEST(Neo4jCompare, a_list_that_was_cut_or_is_missing_proves_nothing) {
    Json before = sample();
    before["indexes"].push_back(index("order_id"));
    Json cut = sample();
    cut["partial"] = {"indexes"};
    EXPECT_THAT(told(before, cut), ElementsAre());
    EXPECT_THAT(told(cut, before), ElementsAre());
    Json missing = sample();
    missing.erase("indexes");
    EXPECT_THAT(told(before, missing), ElementsAre());
}

TEST(Neo4jCompare, indexes_of_a_database_that_went_offline_were_not_dropped) {
    Json before = sample();
    before["indexes"].push_back(index("order_id"));
    Json after = sample();
    after["databases"][0]["current_status"] = "offline";
    EXPECT_THAT(told(before, after), ElementsAre("database neo4j went from online to offline"));
    after["databases"] = Json::array();
    EXPECT_THAT(told(before, after), ElementsAre("database neo4j was dropped"));
}

TEST(Neo4jCompare, every_copy_of_a_database_speaks_for_itself_in_any_order) {
    Json before = sample();
    before["databases"].push_back(before["databases"][0]);
    Json after = before;
    after["databases"][1]["current_status"] = "offline";
    EXPECT_THAT(told(before, after),
                ElementsAre("database neo4j went from online to offline and online"));
    Json turned = after;
    std::swap(turned["databases"][0], turned["databases"][1]);
    EXPECT_THAT(told(after, turned), ElementsAre());
}

TEST(Neo4jCompare, an_index_that_failed_or_was_redefined_is_told) {
    Json before = sample();
    before["indexes"].push_back(index("order_id", "POPULATING"));
    Json after = sample();
    after["indexes"].push_back(index("order_id", "FAILED"));
    EXPECT_THAT(told(before, after),
                ElementsAre("index order_id on :Order(id) of database neo4j failed"));
    after["indexes"][0]["definition"] = "CREATE TEXT INDEX order_id";
    after["indexes"][0]["state"] = "ONLINE";
    EXPECT_THAT(told(before, after),
                ElementsAre("index order_id on :Order(id) of database neo4j was redefined"));
}

TEST(Neo4jCompare, settings_and_restarts_are_told) {
    Json after = sample();
    after["settings"]["db.transaction.timeout"] = "30s";
    after["server"] = {{"version", "5.26.12"}, {"started_at", 1120.0}};
    const auto found = between(sample(), after);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].summary, "Neo4j graph was restarted as version 5.26.12");
    EXPECT_EQ(found[0].time, 1120 * base::kSecond);
    EXPECT_EQ(found[0].kind, "deploy");
    EXPECT_EQ(found[1].summary, "setting db.transaction.timeout was changed from 0s to 30s");
}

TEST(Neo4jCompare, samples_of_any_shape_do_no_harm) {
    const Json odd{{"indexes", {1, "x", nullptr}},
                   {"settings", 3},
                   {"databases", "none"},
                   {"partial", 4},
                   {"server", {}}};
    EXPECT_THAT(told(odd, sample()), testing::Not(testing::Contains(HasSubstr("dropped"))));
    EXPECT_TRUE(changes("graph", {}, 0).empty());
}

base::Error of(std::string_view code, int status = 400) {
    return explain({"graph", "eye", "orders", "GRANT SHOW INDEX ON DATABASE * TO eye"}, status,
                   code, "words");
}

TEST(Neo4jFailure, each_code_names_who_has_to_act) {
    struct Case {
        const char* code;
        ErrorKind kind;
        const char* words;
    };
    for (const Case& one :
         {Case{"Neo.ClientError.Security.Unauthorized", ErrorKind::Denied, "refuses user eye"},
          Case{"Neo.ClientError.Security.AuthenticationRateLimit", ErrorKind::Denied, "locked"},
          Case{"Neo.ClientError.Security.CredentialsExpired", ErrorKind::Denied,
               "ALTER CURRENT USER"},
          Case{"Neo.ClientError.Security.Forbidden", ErrorKind::Denied,
               "GRANT SHOW INDEX ON DATABASE * TO eye"},
          Case{"Neo.ClientError.Database.DatabaseNotFound", ErrorKind::NotFound, "orders"},
          Case{"Neo.TransientError.General.DatabaseUnavailable", ErrorKind::Unavailable,
               "SHOW DATABASES"},
          Case{"Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
               ErrorKind::Timeout, "timeout"},
          Case{"Neo.ClientError.Procedure.ProcedureNotFound", ErrorKind::Invalid, "procedure"},
          Case{"Neo.ClientError.Statement.SyntaxError", ErrorKind::Invalid, "older or newer"},
          Case{"Neo.TransientError.General.MemoryPoolOutOfMemoryError", ErrorKind::Unavailable,
               "no memory left"},
          Case{"Neo.DatabaseError.General.UnknownError", ErrorKind::Unavailable, "debug.log"}}) {
        const auto error = of(one.code);
        EXPECT_EQ(error.kind, one.kind) << one.code;
        EXPECT_THAT(error.message, HasSubstr(one.words));
        EXPECT_THAT(error.message, HasSubstr("graph"));
        EXPECT_TRUE(error.cause.starts_with(one.code));
    }
}

TEST(Neo4jFailure, an_answer_without_a_code_is_a_proxys) {
    EXPECT_EQ(of("", 401).kind, ErrorKind::Denied);
    EXPECT_EQ(of("", 404).kind, ErrorKind::NotFound);
    EXPECT_EQ(of("", 429).kind, ErrorKind::Unavailable);
    EXPECT_EQ(of("", 502).kind, ErrorKind::Unavailable);
    EXPECT_THAT(of("", 502).message, HasSubstr("502"));
}

TEST(Neo4jFailure, what_follows_from_a_code_is_told_from_it_alone) {
    EXPECT_TRUE(log_in_refused(of("Neo.ClientError.Security.AuthenticationRateLimit", 429)));
    EXPECT_FALSE(log_in_refused(of("Neo.ClientError.Security.Forbidden", 403)));
    EXPECT_FALSE(log_in_refused(of("", 401)));
    EXPECT_TRUE(unknown_to_server(of("Neo.ClientError.Statement.SyntaxError")));
    EXPECT_FALSE(unknown_to_server(of("Neo.ClientError.Security.Forbidden")));
    EXPECT_EQ(refusal(of("Neo.TransientError.General.OutOfMemoryError")), "out_of_memory");
    EXPECT_EQ(refusal(of("Neo.TransientError.General.DatabaseUnavailable")),
              "database_unavailable");
    EXPECT_EQ(refusal(of("", 503)), "");
}

}  // namespace
}  // namespace insight::collectors::neo4j
