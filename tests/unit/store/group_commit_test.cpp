#include "core/store/group_commit.h"

#include <gmock/gmock.h>

#include <thread>

#include "core/store/postgres_database.h"
#include "core/store/sqlite_database.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::ErrorKind;

TEST(GroupCommit, shares_one_sync_among_many_deliveries_and_loses_none) {
    constexpr int kSenders = 64;
    constexpr int kEach = 20;
    const Folder folder;
    Counters counters;
    {
        const auto store = opened(folder.url());
        std::vector<std::thread> senders;
        std::atomic<int> opened_incidents{0};
        for (int sender = 0; sender < kSenders; ++sender)
            senders.emplace_back([&, sender] {
                for (int i = 0; i < kEach; ++i) {
                    const std::string group =
                        "g" + std::to_string(sender) + "-" + std::to_string(i);
                    const auto accepted =
                        store->accept(delivery(group, {firing("a"), firing("b")}));
                    if (accepted) opened_incidents += accepted->opened;
                }
            });
        for (std::thread& sender : senders) sender.join();
        EXPECT_EQ(opened_incidents, kSenders * kEach);
        counters = store->counters();
    }
    EXPECT_EQ(counters.deliveries, kSenders * kEach);
    EXPECT_GE(counters.deliveries, 20 * counters.commits);
    const auto store = opened(folder.url());
    EXPECT_EQ(store->counters().incidents, kSenders * kEach);
    EXPECT_EQ(store->counters().queued_jobs, kSenders * kEach);
}

TEST(GroupCommit, commits_a_lone_change_by_itself) {
    const auto store = opened("sqlite:");
    const std::int64_t before = store->counters().commits;
    ASSERT_TRUE(store->accept(delivery("g", {firing("a")})));
    EXPECT_EQ(store->counters().commits, before + 1);
    ASSERT_TRUE(store->accept(delivery("g", {firing("a")})));
    EXPECT_EQ(store->counters().commits, before + 1) << "a repeat that changes nothing is free";
}

// How a change says that it may fail: as deliveries or not, on both kinds of database.
struct Kind {
    On on;
    bool delivery;
};

std::string group_name(const testing::TestParamInfo<Kind>& kind) {
    return name_of(kind.param.on) + (kind.param.delivery ? "Deliveries" : "Changes");
}

// One thread's changes, held up until all of them wait, so that they share a group.
class OneGroup : public testing::TestWithParam<Kind> {
  protected:
    void SetUp() override {
        if (GetParam().on == On::Postgres) {
            const auto server = PostgresServer::shared();
            if (!server && server.error().kind == ErrorKind::NotFound)
                GTEST_SKIP() << server.error().message;
            ASSERT_TRUE(server) << server.error().text();
            const std::string url = (*server)->url("t_" + base::random_hex(8));
            database_ = std::move(*PostgresDatabase::open(*postgres_address(url, {})));
        } else {
            database_ = std::move(*SqliteDatabase::open(""));
        }
        commits_ = std::make_unique<GroupCommit>(*database_);
        commits_->submit({[this](Connection&) {
                              const std::lock_guard lock(gate_);
                              return base::Status{};
                          },
                          [](const base::Status&) {}});
    }
    void TearDown() override {
        if (held_.owns_lock()) held_.unlock();  // the committing thread must be able to end
    }
    void add(std::function<base::Status(Connection&)> run) {
        const std::size_t position = results_.size();
        results_.emplace_back(base::fail(ErrorKind::Internal, "not done"));
        changes_.push_back(
            {std::move(run),
             [this, position](base::Status status) { results_[position] = std::move(status); }, 0,
             GetParam().delivery});
    }
    void add_group(const std::string& key) {
        add([key](Connection& connection) {
            Query(connection, "INSERT INTO alert_group (key) VALUES (?)").bind(key).run();
            return base::Status{};
        });
    }
    void commit() {
        for (Write& change : changes_) commits_->submit(std::move(change));
        held_.unlock();
        ASSERT_TRUE(commits_->wait_for([this](Connection& connection) {
            groups_ = connection.integer("SELECT count(*) FROM alert_group");
            return base::Status{};
        }));
    }

    std::mutex gate_;
    std::unique_lock<std::mutex> held_{gate_};
    std::unique_ptr<Database> database_;
    std::unique_ptr<GroupCommit> commits_;
    std::vector<Write> changes_;
    std::vector<base::Status> results_;
    std::int64_t groups_ = 0;
};

TEST_P(OneGroup, undoes_only_the_change_that_fails) {
    add_group("a");
    add([](Connection& connection) -> base::Status {
        Query(connection, "INSERT INTO alert_group (key) VALUES ('half')").run();
        return base::fail(ErrorKind::Conflict, "no");
    });
    add_group("a");  // breaks the unique key
    add([](Connection& connection) -> base::Status {
        Query(connection, "INSERT INTO alert_group (key) VALUES ('thrown')").run();
        throw std::runtime_error("thrown");
    });
    add_group("b");
    commit();
    EXPECT_TRUE(results_[0]);
    EXPECT_EQ(results_[1].error().kind, ErrorKind::Conflict);
    EXPECT_EQ(results_[2].error().kind, ErrorKind::Internal);
    EXPECT_EQ(results_[3].error().cause, "thrown");
    EXPECT_TRUE(results_[4]);
    EXPECT_EQ(groups_, 2);
}

TEST_P(OneGroup, spares_the_others_when_one_change_does_not_fit_the_disk) {
    if (GetParam().on == On::Postgres) GTEST_SKIP() << "its disk is not ours to fill";
    add([](Connection& connection) {
        dynamic_cast<SqliteConnection&>(connection).script("PRAGMA max_page_count = 60");
        return base::Status{};
    });
    add_group("a");
    add([](Connection& connection) {
        Query(connection, "INSERT INTO sample VALUES ('s', 'i', 1, hex(zeroblob(1000000)))").run();
        return base::Status{};
    });
    add_group("b");
    commit();
    EXPECT_TRUE(results_[1]);
    EXPECT_EQ(results_[2].error().kind, ErrorKind::Unavailable);
    EXPECT_THAT(results_[2].error().message, testing::HasSubstr("no room left"));
    EXPECT_TRUE(results_[3]);
    EXPECT_EQ(groups_, 2);
}

INSTANTIATE_TEST_SUITE_P(Kinds, OneGroup,
                         testing::Values(Kind{On::Memory, false}, Kind{On::Memory, true},
                                         Kind{On::Postgres, false}, Kind{On::Postgres, true}),
                         group_name);

TEST(GroupCommitLimit, turns_work_away_when_too_much_waits) {
    auto database = std::move(*SqliteDatabase::open(""));
    std::mutex gate;
    std::unique_lock held(gate);
    GroupCommit commits(*database);
    commits.submit({[&gate](Connection&) {
                        const std::lock_guard lock(gate);
                        return base::Status{};
                    },
                    [](const base::Status&) {}});
    std::vector<base::Status> refused;
    const auto accept = [&](std::size_t bytes) {
        commits.submit({[](Connection&) { return base::Status{}; },
                        [&](base::Status status) {
                            if (!status) refused.push_back(std::move(status));
                        },
                        bytes});
    };
    accept(100U << 20);
    EXPECT_TRUE(refused.empty());
    accept(100U << 20);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].error().kind, ErrorKind::Unavailable);
    held.unlock();
}

}  // namespace
}  // namespace insight::store
