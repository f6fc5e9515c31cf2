// A PostgreSQL server that stops, dies, hangs up, blocks or is not ours: each failing call says so
// in one sentence, and the same store goes on once it can.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <atomic>
#include <set>
#include <thread>

#include "core/store/audit.h"
#include "core/store/documents.h"
#include "core/store/postgres_database.h"
#include "core/store/sql_store.h"
#include "tests/fault/store/child.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;
using testing::AllOf;
using testing::HasSubstr;

class PostgresGone : public testing::Test {
  protected:
    void SetUp() override {
        auto server = PostgresServer::start_one();
        if (!server && server.error().kind == ErrorKind::NotFound)
            GTEST_SKIP() << server.error().message;
        ASSERT_TRUE(server) << server.error().text();
        server_ = std::move(*server);
        store_ = opened(url());
        ASSERT_TRUE(store_);
    }
    [[nodiscard]] std::string url() const { return server_->url("kept"); }
    std::int64_t ask(const std::string& sql) {
        PostgresWatch watch;
        JobBell bell;
        const auto address = postgres_address(url(), {});
        PostgresConnection connection(*address, watch, bell);
        connection.begin();
        const std::int64_t answer = connection.script(sql);
        connection.commit();
        return answer;
    }
    void expect_unreachable(const base::Error& error) const {
        EXPECT_EQ(error.kind, ErrorKind::Unavailable);
        EXPECT_THAT(error.message,
                    AllOf(HasSubstr(server_->folder() + "/postgres cannot be reached"),
                          HasSubstr("check that the server runs")));
    }

    std::unique_ptr<PostgresServer> server_;
    std::unique_ptr<Store> store_;
};

TEST_F(PostgresGone, is_said_by_every_call_and_left_behind_when_it_is_back) {
    const std::string id = store_->accept(delivery("g", {firing("a")}))->incidents.at(0);
    const Job job = **store_->claim(kStart, base::kHour);
    server_->stop();
    const auto accepted = store_->accept(delivery("h", {firing("a")}));
    ASSERT_FALSE(accepted);
    EXPECT_EQ(accepted.error().kind, ErrorKind::Unavailable);
    expect_unreachable(store_->accept(delivery("h", {firing("a")})).error());
    expect_unreachable(store_->incident(id).error());
    expect_unreachable(store_->healthy().error());
    expect_unreachable(store_->put_stage(job, "window", "w").error());
    expect_unreachable(store_->claim(kStart, base::kHour).error());
    expect_unreachable(store_->audit().append({}).error());
    expect_unreachable(store_->documents().put({"notes", "a", 0, 1, {}}).error());
    EXPECT_EQ(store_->counters().incidents, 0) << "metrics are asked for all the time";
    store_->wait_for_job(std::chrono::milliseconds(1));
    ASSERT_TRUE(server_->start());
    EXPECT_TRUE(store_->healthy());
    EXPECT_TRUE(store_->accept(delivery("h", {firing("a")})));
    EXPECT_TRUE(store_->put_stage(job, "window", "w"));
    EXPECT_EQ(*store_->stage(id, "window"), "w");
    EXPECT_TRUE(store_->finish(job));
    EXPECT_TRUE(store_->audit().append({}));
    EXPECT_EQ(*store_->audit().verify(), 1);
}

TEST_F(PostgresGone, needs_no_failing_call_after_a_restart_in_a_quiet_hour) {
    ASSERT_TRUE(store_->accept(delivery("g", {firing("a")})));
    ASSERT_TRUE(store_->incidents({10, ""}));
    server_->stop();
    ASSERT_TRUE(server_->start());
    EXPECT_TRUE(store_->accept(delivery("h", {firing("a")})));
    EXPECT_EQ(store_->incidents({10, ""})->size(), 2U);
    ASSERT_GT(ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                  "WHERE pid <> pg_backend_pid() AND application_name = 'devops-insight'"),
              0);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_TRUE(store_->accept(delivery("i", {firing("a")})));
    EXPECT_EQ(store_->incidents({10, ""})->size(), 3U);
}

TEST_F(PostgresGone, by_a_crash_costs_nothing_that_was_acknowledged) {
    constexpr int kAtOnce = 6;
    std::atomic<bool> stop{false};
    std::mutex mutex;
    std::set<std::string> acknowledged;
    std::set<std::string> sentences;
    std::vector<std::thread> senders;
    for (int sender = 0; sender < kAtOnce; ++sender)
        senders.emplace_back([&, sender] {
            for (int i = 0; !stop;) {
                const std::string group = std::to_string(sender) + "/" + std::to_string(i);
                const auto accepted = store_->accept(delivery(group, {firing("a")}));
                const std::lock_guard lock(mutex);
                if (accepted) {
                    acknowledged.insert(accepted->incidents.at(0));
                    ++i;
                } else {
                    EXPECT_EQ(accepted.error().kind, ErrorKind::Unavailable)
                        << accepted.error().text();
                    sentences.insert(accepted.error().message);
                }
            }
        });
    const auto count = [&] {
        const std::lock_guard lock(mutex);
        return acknowledged.size();
    };
    while (count() < 200) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    server_->crash();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const auto started = server_->start();
    const std::size_t before = count();
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (count() < before + 100 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    stop = true;
    for (std::thread& sender : senders) sender.join();
    ASSERT_TRUE(started) << started.error().text();
    EXPECT_GE(acknowledged.size(), before + 100);
    EXPECT_FALSE(sentences.empty());
    for (const std::string& id : acknowledged) {
        const auto found = store_->incident(id);
        ASSERT_TRUE(found) << found.error().text();
        EXPECT_EQ(found->incident.alerts.size(), 1U);
    }
    // One that was committed and not acknowledged was sent again: still one.
    EXPECT_EQ(ask("SELECT count(*) - count(DISTINCT group_number) FROM incident"), 0);
    EXPECT_EQ(ask("SELECT count(*) - count(DISTINCT incident) FROM job"), 0);
}

TEST_F(PostgresGone, leaves_the_others_their_commit_when_one_delivery_is_blocked) {
    ASSERT_TRUE(store_->accept(delivery("blocked", {firing("a")})));
    PostgresWatch watch;
    JobBell bell;
    const auto address = postgres_address(url(), {});
    PostgresConnection meddler(*address, watch, bell);
    meddler.begin();
    meddler.script("SELECT number FROM alert_group FOR UPDATE");
    std::thread other([&] {
        const auto accepted = store_->accept(delivery("free", {firing("a")}));
        EXPECT_TRUE(accepted) << accepted.error().text();
    });
    const auto accepted = store_->accept(delivery("blocked", {firing("b")}));
    ASSERT_FALSE(accepted);
    EXPECT_THAT(accepted.error().message,
                HasSubstr("kept a lock from us for 10 seconds: look for the session"));
    other.join();
    meddler.rollback();
    EXPECT_TRUE(store_->accept(delivery("blocked", {firing("b")})));
}

TEST_F(PostgresGone, by_hanging_holds_nobody_for_ever) {
    auto address = postgres_address(url() + "&connect_timeout=2", {});
    auto database = PostgresDatabase::open(std::move(*address), std::chrono::milliseconds(300));
    ASSERT_TRUE(database) << database.error().text();
    SqlStore store(std::move(*database));
    ASSERT_TRUE(store.accept(delivery("g", {firing("a")})));
    ASSERT_TRUE(store.healthy());
    server_->freeze(true);
    const auto before = std::chrono::steady_clock::now();
    expect_unreachable(store.accept(delivery("h", {firing("a")})).error());
    expect_unreachable(store.healthy().error());  // a session that was open
    expect_unreachable(store.healthy().error());  // and one that it tries to open
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
    server_->freeze(false);
    EXPECT_TRUE(store.accept(delivery("h", {firing("a")})));
    EXPECT_TRUE(store.healthy());
}

TEST_F(PostgresGone, is_not_mistaken_for_the_schema_of_others_or_of_a_newer_version) {
    ask("CREATE SCHEMA theirs");
    ask("CREATE TABLE theirs.thing (x int)");
    const auto foreign = open_store(server_->url("theirs"));
    EXPECT_THAT(foreign.error().message, AllOf(HasSubstr("the schema theirs of postgresql://"),
                                               HasSubstr("tables of another program")));
    ask("UPDATE schema_version SET number = 999");
    EXPECT_THAT(open_store(url()).error().message, HasSubstr("written by a newer version"));
}

TEST_F(PostgresGone, makes_its_tables_once_when_many_start_at_the_same_time) {
    std::vector<std::thread> starting;
    for (int i = 0; i < 6; ++i)
        starting.emplace_back([&] {
            const auto store = open_store(server_->url("fresh"));
            EXPECT_TRUE(store) << store.error().text();
        });
    for (std::thread& one : starting) one.join();
    EXPECT_EQ(ask("SELECT count(*) FROM fresh.schema_version"), 1);
    EXPECT_EQ(ask("SELECT count(*) FROM fresh.audit_head"), 1);
}

TEST_F(PostgresGone, holds_durable_what_the_server_would_not) {
    ask("ALTER ROLE insight SET synchronous_commit = off");
    PostgresWatch watch;
    JobBell bell;
    const auto address = postgres_address(url(), {});
    PostgresConnection connection(*address, watch, bell);
    connection.begin();
    EXPECT_EQ(connection.script("SELECT CASE current_setting('synchronous_commit') "
                                "WHEN 'on' THEN 1 ELSE 0 END"),
              1);
    EXPECT_EQ(connection.script("SELECT setting::int FROM pg_settings WHERE name = "
                                "'statement_timeout'"),
              30'000);
    connection.rollback();
}

TEST_F(PostgresGone, lends_few_connections_to_many_callers) {
    std::vector<std::thread> callers;
    std::atomic<int> answered{0};
    for (int i = 0; i < 40; ++i)
        callers.emplace_back([&] {
            for (int n = 0; n < 5; ++n)
                if (store_->incidents({10, ""}) && store_->audit().append({})) ++answered;
        });
    const std::int64_t open =
        ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'devops-insight' "
            "AND pid <> pg_backend_pid()");
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(answered, 200);
    EXPECT_LE(open, 10);
}

}  // namespace
}  // namespace insight::store
