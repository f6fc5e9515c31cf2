// What is PostgreSQL's alone: texts of statements, addresses, silence.
#include "core/store/postgres.h"

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/store/postgres_address.h"
#include "core/store/postgres_watch.h"

namespace insight::store {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PostgresText, numbers_and_types_the_parameters) {
    const std::vector<std::string_view> types{"bytea", "bigint", "bigint"};
    EXPECT_EQ(postgres_text("SELECT ? WHERE b = ? AND c < ?", types),
              "SELECT $1::bytea WHERE b = $2::bigint AND c < $3::bigint");
    EXPECT_EQ(postgres_text("a = ?2 OR ?2 = ?1 OR b = ?", types),
              "a = $2::bigint OR $2::bigint = $1::bytea OR b = $2::bigint");
}

TEST(PostgresText, a_list_of_arrays_has_a_row_for_each_of_their_values) {
    EXPECT_EQ(postgres_text("INSERT INTO t VALUES (?, ?)", {"bigint[]", "bytea[]"}),
              "INSERT INTO t SELECT unnest($1::bigint[]), unnest($2::bytea[])");
    EXPECT_EQ(postgres_text("INSERT INTO t VALUES (?, ?)", {"bigint", "bytea"}),
              "INSERT INTO t VALUES ($1::bigint, $2::bytea)");
    EXPECT_EQ(postgres_text("FROM (SELECT ? AS a) AS given", {"bigint[]"}),
              "FROM (SELECT unnest($1::bigint[]) AS a) AS given");
}

TEST(PostgresText, opens_what_is_for_it_only) {
    EXPECT_EQ(postgres_text("SELECT 1 /*+ FOR UPDATE */", {}), "SELECT 1  FOR UPDATE ");
}

TEST(PostgresAddress, takes_the_url_apart_for_libpq_and_for_people) {
    const auto address = postgres_address(
        "postgresql://anna:s%27cr%5Cet@db.example:5433/insight?sslmode=require&schema=team_a", {});
    ASSERT_TRUE(address) << address.error().text();
    EXPECT_EQ(address->place, "postgresql://db.example:5433/insight");
    EXPECT_EQ(address->schema, "team_a");
    const std::string& told = address->connection.reveal();
    EXPECT_THAT(told, HasSubstr("password='s\\'cr\\\\et'"));
    EXPECT_THAT(told, HasSubstr("sslmode='require'"));
    EXPECT_THAT(told, HasSubstr("application_name='devops-insight'"));
    EXPECT_THAT(told, HasSubstr("connect_timeout='5'"));
    EXPECT_THAT(told, Not(HasSubstr("schema")));
}

TEST(PostgresAddress, lets_the_url_decide_what_it_says) {
    const auto address = postgres_address(
        "postgres://u@/d?schema=x&connect_timeout=1&application_name=mine&host=/run/pg",
        base::Secret("given"));
    ASSERT_TRUE(address) << address.error().text();
    EXPECT_EQ(address->schema, "x");
    EXPECT_EQ(address->place, "postgresql:///run/pg/d");
    EXPECT_THAT(address->connection.reveal(), HasSubstr("connect_timeout='1'"));
    EXPECT_THAT(address->connection.reveal(), HasSubstr("application_name='mine'"));
    EXPECT_THAT(address->connection.reveal(), HasSubstr("password='given'"));
    EXPECT_EQ(postgres_address("postgresql://u@h/d", {})->schema, "devops_insight");
}

TEST(PostgresAddress, refuses_a_schema_that_would_have_to_be_quoted) {
    for (const char* schema : {"", "Team", "a b", "a\";DROP", "1a", "ä"}) {
        const auto address =
            postgres_address(std::string("postgresql://u@h/d?schema=") + schema, {});
        ASSERT_FALSE(address) << schema;
        EXPECT_THAT(address.error().message, HasSubstr("schema"));
    }
}

TEST(PostgresFailure, reads_the_code_or_the_type_of_what_was_thrown) {
    const auto said = [](const std::exception& thrown, bool open = true) {
        return postgres_failure(thrown, "postgresql://db/x", open);
    };
    EXPECT_TRUE(said(pqxx::unique_violation("e")).breaks_uniqueness());
    EXPECT_TRUE(said(pqxx::deadlock_detected("e")).worth_repeating());
    EXPECT_TRUE(said(pqxx::in_doubt_error("e")).wants_new_connection());
    EXPECT_TRUE(said(pqxx::broken_connection("e")).wants_new_connection());
    EXPECT_TRUE(said(pqxx::sql_error("e", "q", "57P01")).wants_new_connection());
    EXPECT_TRUE(said(pqxx::sql_error("e"), false).wants_new_connection());
    EXPECT_FALSE(said(pqxx::sql_error("e", "q", "42601")).loses_transaction());
    EXPECT_EQ(said(pqxx::sql_error("e", "q", "54000")).error().kind, base::ErrorKind::TooLarge);
    EXPECT_THAT(said(pqxx::insufficient_privilege("e")).error().message,
                HasSubstr("the store postgresql://db/x refuses a right to this user: grant"));
    // a fault of the server's own is no damage
    EXPECT_THAT(said(pqxx::sql_error("e", "q", "XX000")).error().message,
                testing::Not(HasSubstr("damaged")));
    EXPECT_THAT(said(pqxx::sql_error("e", "q", "XX001")).error().message, HasSubstr("damaged"));
    EXPECT_EQ(said(pqxx::sql_error("first\nLINE 1: SELECT secret", "q", "42601")).error().cause,
              "first");
}

TEST(PostgresWatch, ends_a_wait_for_an_answer_that_never_comes) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    PostgresWatch watch(std::chrono::milliseconds(50));
    char byte = 0;
    {
        const PostgresWatch::Call call(watch, ends[0]);
        EXPECT_EQ(::read(ends[0], &byte, 1), 0);
    }
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(PostgresWatch, leaves_a_socket_alone_that_nobody_waits_at) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    {
        PostgresWatch watch(std::chrono::milliseconds(1));
        { const PostgresWatch::Call call(watch, ends[0]); }
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
    }
    EXPECT_EQ(::write(ends[1], "x", 1), 1);
    char byte = 0;
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace
}  // namespace insight::store
