#include "collectors/postgres/failure.h"

#include <gtest/gtest.h>

namespace insight::collectors::postgres {
namespace {

using base::ErrorKind;

TEST(PostgresFailure, a_full_server_is_a_finding_whichever_way_it_says_so) {
    EXPECT_EQ(refusal("FATAL:  sorry, too many clients already"), "too_many_connections");
    EXPECT_EQ(refusal("FATAL:  remaining connection slots are reserved for non-replication "
                      "superuser connections"),
              "too_many_connections");
    EXPECT_EQ(refusal("FATAL:  too many connections for role \"collector\""), "too_many_for_role");
    EXPECT_EQ(refusal("FATAL:  the database system is starting up"), "starting_up");
    EXPECT_EQ(refusal("FATAL:  password authentication failed for user \"x\""), "");
}

TEST(PostgresFailure, each_state_has_its_kind_and_advice) {
    const auto denied = explain("orders", "42501", "ERROR:  permission denied for view");
    EXPECT_EQ(denied.kind, ErrorKind::Denied);
    EXPECT_NE(denied.message.find("GRANT pg_monitor"), std::string::npos);
    EXPECT_EQ(explain("orders", "57014", "ERROR:  canceling statement").kind, ErrorKind::Timeout);
    EXPECT_EQ(explain("orders", "", "password authentication failed").kind, ErrorKind::Denied);
    EXPECT_NE(explain("orders", "", "unsupported startup parameter: options").message.find("pool"),
              std::string::npos);
    EXPECT_EQ(explain("orders", "XX000", "something else").kind, ErrorKind::Unavailable);
}

TEST(PostgresFailure, a_text_counts_only_beside_its_own_state) {
    const auto database = explain("orders", "42501", "permission denied for database \"orders\"");
    EXPECT_EQ(database.kind, ErrorKind::Denied);
    EXPECT_NE(database.message.find("GRANT CONNECT"), std::string::npos);
    // a failed connect has no state
    EXPECT_EQ(explain("orders", "", "FATAL:  permission denied for database \"orders\"").message,
              database.message);
    const auto role = explain("orders", "42501", "permission denied to set role \"owner\"");
    EXPECT_NE(role.message.find("lacks a privilege"), std::string::npos);
    EXPECT_NE(explain("orders", "", "FATAL:  role \"ann\" does not exist").message.find("LOGIN"),
              std::string::npos);
    EXPECT_NE(explain("orders", "3D000", "database \"x\" does not exist").message.find("no such"),
              std::string::npos);
    EXPECT_NE(explain("orders", "", "FATAL:  database \"x\" is not currently accepting connections")
                  .message.find("ALLOW_CONNECTIONS"),
              std::string::npos);
}

TEST(PostgresFailure, a_server_that_takes_nobody_yet_is_a_finding) {
    const char* const yet = "FATAL:  the database system is not yet accepting connections";
    EXPECT_EQ(refusal(yet), "starting_up");
    EXPECT_EQ(explain("orders", "57P03", yet).message,
              "PostgreSQL orders recovers and is not consistent yet: look at its log");
    const char* const never = "FATAL:  the database system is not accepting connections";
    EXPECT_EQ(refusal(never), "");
    EXPECT_NE(explain("orders", "", never).message.find("hot_standby"), std::string::npos);
    EXPECT_EQ(refusal("FATAL:  the database system is shutting down"), "shutting_down");
    EXPECT_NE(explain("orders", "57P03", "the database system is shutting down")
                  .message.find("who stopped it"),
              std::string::npos);
}

TEST(PostgresFailure, the_servers_words_are_kept_without_secrets) {
    const auto error = explain("orders", "", "failed: postgresql://a:hunter2@h/db\nsecond line");
    EXPECT_EQ(error.cause.find("hunter2"), std::string::npos);
    EXPECT_EQ(error.cause.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace insight::collectors::postgres
