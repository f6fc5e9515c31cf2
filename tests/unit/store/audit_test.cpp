#include "core/store/audit.h"

#include <gmock/gmock.h>

#include <cmath>
#include <thread>

#include "core/store/postgres.h"
#include "core/store/sqlite.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using base::Json;
using testing::HasSubstr;

AuditEntry entry(const std::string& action, Json detail = Json::object()) {
    AuditEntry out;
    out.time = kStart;
    out.actor = "anna";
    out.action = action;
    out.incident = "inc-1";
    out.detail = std::move(detail);
    return out;
}

// Somebody with the database in hand.
void meddle(const std::string& url, const std::string& sql) {
    JobBell bell;
    if (!is_postgres_url(url)) {
        SqliteConnection meddler(url.substr(std::string("sqlite://").size()),
                                 SqliteConnection::Access::Write, bell);
        return meddler.script(sql.c_str());
    }
    const auto address = postgres_address(url, {});
    PostgresWatch watch;
    PostgresConnection meddler(*address, watch, bell);
    meddler.begin();
    meddler.script(sql);
    meddler.commit();
}

// Three entries, what was done to them, and what is said of it. The entries are put back.
std::string said_after(const std::string& url, const std::string& sql) {
    meddle(url, "DELETE FROM audit");
    meddle(url, "DELETE FROM audit_head");
    meddle(url, "INSERT INTO audit_head VALUES (0, '" + std::string(64, '0') + "')");
    {
        const auto store = opened(url);
        for (const char* action : {"one", "two", "three"})
            EXPECT_TRUE(store->audit().append(entry(action, {{"cost", 0.1}})));
        EXPECT_EQ(*store->audit().verify(), 3);
    }
    meddle(url, sql);
    const auto verified = opened(url)->audit().verify();
    if (verified) return "intact";
    EXPECT_EQ(verified.error().kind, ErrorKind::Corrupt);
    return verified.error().message;
}

using AnyAudit = EachStore;
using SharedAudit = EachStore;

TEST_P(AnyAudit, numbers_without_gaps_and_links_each_entry_to_the_one_before) {
    const auto store = open();
    EXPECT_EQ(*store->audit().verify(), 0);
    const auto first = store->audit().append(entry("one"));
    const auto second = store->audit().append(entry("two", {{"\u00e9", {1, 2.5, nullptr}}}));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->number, 1);
    EXPECT_EQ(first->previous, std::string(64, '0'));
    EXPECT_EQ(second->number, 2);
    EXPECT_EQ(second->previous, first->hash);
    const auto found = store->audit().entries(2, 10);
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->at(0).detail, second->detail);
    EXPECT_EQ(audit_hash(found->at(0)), second->hash);
    EXPECT_EQ(*store->audit().verify(), 2);
}

TEST(AuditHash, is_that_of_the_canonical_json) {
    AuditEntry one = entry("ticket.changed", {{"b", 1}, {"a", "x"}});
    one.number = 1;
    one.previous = std::string(64, '0');
    EXPECT_EQ(
        audit_hash(one),
        base::sha256_hex(R"({"action":"ticket.changed","actor":"anna","detail":{"a":"x","b":1},)"
                         R"("incident":"inc-1","number":1,"previous":")" +
                         std::string(64, '0') + R"(","time":1700000000000000000})"));
}

TEST_P(SharedAudit, finds_what_was_changed_removed_added_or_cut_off) {
    ASSERT_TRUE(open());  // the tables
    const auto verdict_after = [&](const char* sql) { return said_after(url(), sql); };
    EXPECT_EQ(verdict_after("SELECT 1"), "intact");
    EXPECT_THAT(verdict_after("UPDATE audit SET actor = 'eve' WHERE number = 2"),
                HasSubstr("entry 2: its content was changed"));
    EXPECT_THAT(verdict_after("UPDATE audit SET detail = '{\"cost\":0.2}' WHERE number = 1"),
                HasSubstr("entry 1: its content was changed"));
    EXPECT_THAT(verdict_after("UPDATE audit SET detail = 'x' WHERE number = 3"),
                HasSubstr("entry 3: its detail is no JSON"));
    EXPECT_THAT(verdict_after("DELETE FROM audit WHERE number = 2"),
                HasSubstr("entry 2: it is missing"));
    EXPECT_THAT(verdict_after("DELETE FROM audit WHERE number = 3"),
                HasSubstr("entry 3: it is missing"));
    EXPECT_THAT(verdict_after("DELETE FROM audit"), HasSubstr("entry 1: it is missing"));
    EXPECT_THAT(verdict_after("INSERT INTO audit SELECT 4, time, actor, action, incident, detail, "
                              "hash, hash FROM audit WHERE number = 3"),
                HasSubstr("entry 4: it was put behind the end"));
    EXPECT_THAT(verdict_after("UPDATE audit SET previous = hash WHERE number = 2"),
                HasSubstr("entry 2: it does not follow"));
    EXPECT_THAT(verdict_after("DELETE FROM audit_head"), HasSubstr("the mark of its end is gone"));
}

TEST_P(AnyAudit, stays_whole_with_many_writers) {
    const auto store = open();
    std::vector<std::thread> writers;
    for (int writer = 0; writer < 4; ++writer)
        writers.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const auto appended = store->audit().append(entry("step"));
                EXPECT_TRUE(appended) << appended.error().text();
            }
        });
    for (std::thread& writer : writers) writer.join();
    EXPECT_EQ(*store->audit().verify(), 200);
}

TEST_P(AnyAudit, stays_verifiable_with_values_that_json_cannot_hold) {
    const auto store = open();
    AuditEntry odd = entry("odd", {{"nan", std::nan("")}, {"bytes", "\xff\xfe"}});
    odd.actor = "\xc3\x28\x01";
    ASSERT_TRUE(store->audit().append(odd));
    EXPECT_EQ(*store->audit().verify(), 1);
    EXPECT_EQ(store->audit().append(entry("big", std::string(300'000, 'x'))).error().kind,
              ErrorKind::TooLarge);
    EXPECT_EQ(*store->audit().verify(), 1);
}

INSIGHT_ON_EACH_STORE(AnyAudit);
INSIGHT_ON_SHARED_STORES(SharedAudit);

}  // namespace
}  // namespace insight::store
