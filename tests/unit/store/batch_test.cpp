// Many rows in one statement, on both kinds of database.
#include <gmock/gmock.h>

#include "core/store/intake.h"
#include "core/store/postgres_binary.h"
#include "core/store/postgres_database.h"
#include "core/store/sqlite_database.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class AnyBatch : public EachStore {
  protected:
    void SetUp() override {
        EachStore::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        auto opened = GetParam() == On::Postgres
                          ? PostgresDatabase::open(*postgres_address(url(), {}))
                          : SqliteDatabase::open("");
        ASSERT_TRUE(opened) << opened.error().text();
        database_ = std::move(*opened);
        connection().begin();
    }
    void TearDown() override {
        if (database_ && connection().in_transaction()) connection().rollback();
    }
    [[nodiscard]] Connection& connection() const { return database_->writer(); }

    void add_samples(const std::vector<std::string>& contents) {
        Batch batch(connection(),
                    "INSERT INTO sample (source, instance, time, content) VALUES (?, ?, ?, ?)");
        std::int64_t time = 0;
        for (const std::string& content : contents)
            batch.add("postgresql", std::string_view("main"), ++time, content);
        batch.run();
    }
    std::vector<std::string> samples() {
        Query query(connection(), "SELECT content FROM sample ORDER BY time");
        std::vector<std::string> out;
        while (query.next()) out.emplace_back(query.text(0));
        return out;
    }

  private:
    std::unique_ptr<Database> database_;
};

TEST_P(AnyBatch, writes_each_row_as_it_was_given) {
    const std::vector<std::string> odd{"", std::string("a\0b", 3), "{\"},NULL", "\xff\xfe",
                                       "\\x41"};
    add_samples(odd);
    EXPECT_EQ(samples(), odd);
}

TEST_P(AnyBatch, of_no_rows_asks_nothing) {
    add_samples({});
    EXPECT_THAT(samples(), IsEmpty());
}

TEST_P(AnyBatch, a_second_one_of_the_same_text_has_its_own_rows) {
    add_samples({"a", "b", "c"});
    Query(connection(), "DELETE FROM sample").run();
    add_samples({"d"});
    EXPECT_THAT(samples(), ElementsAre("d"));
}

TEST_P(AnyBatch, finds_the_rows_that_are_there_for_those_that_are_asked_for) {
    add_samples({"one", "two", "three"});
    Batch batch(connection(),
                "SELECT given.position, given.factor, content FROM (SELECT ? AS position, ? AS at, "
                "? AS factor) AS given CROSS JOIN sample WHERE time = given.at");
    batch.add(7, 3, 0.5);
    batch.add(8, 9, 1.5);
    batch.add(9, 1, -2.25);
    std::vector<std::tuple<std::int64_t, double, std::string>> found;
    while (batch.next())
        found.emplace_back(batch.integer(0), batch.real(1), std::string(batch.text(2)));
    EXPECT_THAT(found,
                UnorderedElementsAre(std::tuple(7, 0.5, "three"), std::tuple(9, -2.25, "one")));
}

TEST_P(AnyBatch, changes_each_row_with_its_own_values) {
    add_samples({"one", "two", "three"});
    Batch batch(connection(),
                "UPDATE sample SET content = given.content FROM (SELECT ? AS at, ? AS content) AS "
                "given WHERE time = given.at");
    batch.add(1, "eins");
    batch.add(3, "drei");
    batch.run();
    EXPECT_THAT(samples(), ElementsAre("eins", "two", "drei"));
}

TEST_P(AnyBatch, more_than_goes_into_one_message_goes_into_several) {
    const std::vector<std::string> large(7, std::string(3U << 20, 'x'));
    add_samples(large);
    EXPECT_EQ(samples().size(), large.size());
}

// What a delivery costs where the database is a network away.
TEST_P(AnyBatch, a_delivery_is_a_handful_of_round_trips_whatever_its_size) {
    if (GetParam() != On::Postgres) GTEST_SKIP() << "SQLite has none";
    auto& postgres = dynamic_cast<PostgresConnection&>(connection());
    const auto trips = [&](const std::string& group, int alerts, const std::string& generator) {
        std::vector<model::Alert> all;
        for (int i = 0; i < alerts; ++i) {
            all.push_back(firing(std::to_string(i)));
            all.back().generator_url = generator;
        }
        Intake intake(delivery(group, all));
        const std::int64_t before = postgres.round_trips();
        EXPECT_TRUE(intake.run(postgres));
        return postgres.round_trips() - before;
    };
    for (int i = 0; i < 2; ++i) {  // everything is prepared
        trips("first", 2, std::to_string(i));
        trips("first", 3, std::to_string(i));
    }
    EXPECT_EQ(trips("new", 10, "a"), 5);
    EXPECT_EQ(trips("larger", 500, "a"), 5);
    EXPECT_EQ(trips("new", 10, "a"), 2) << "nothing changed";
    EXPECT_EQ(trips("new", 10, "b"), 3) << "all of them changed";
    EXPECT_EQ(trips("new", 20, "b"), 6) << "ten joined";
}

INSTANTIATE_TEST_SUITE_P(Kinds, AnyBatch, testing::Values(On::Memory, On::Postgres), kind_name);

// Golden bytes: what the server sends for the same values with COPY … (FORMAT binary).
TEST(PostgresBinary, writes_values_and_arrays_as_the_server_does) {
    EXPECT_EQ(postgres_bytes(Value(std::int64_t{-2})),
              std::string("\xff\xff\xff\xff\xff\xff\xff\xfe"));
    EXPECT_EQ(postgres_bytes(Value(1.5)), std::string("\x3f\xf8\0\0\0\0\0\0", 8));
    const std::vector<Value> rows{Value(std::int64_t{1}), Value(std::string_view("ab")),
                                  Value(std::int64_t{2}), Value(std::string_view(""))};
    EXPECT_EQ(postgres_array(rows, 1, 2), std::string("\0\0\0\1"
                                                      "\0\0\0\0"
                                                      "\0\0\0\x11"
                                                      "\0\0\0\2"
                                                      "\0\0\0\1"
                                                      "\0\0\0\2"
                                                      "ab"
                                                      "\0\0\0\0",
                                                      30));
    EXPECT_EQ(array_type_of(rows[0]), "bigint[]");
    EXPECT_EQ(array_type_of(rows[1]), "bytea[]");
}

}  // namespace
}  // namespace insight::store
