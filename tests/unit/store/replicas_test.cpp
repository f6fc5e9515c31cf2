// Two processes with one store, here as two stores in one process: each has connections, threads
// and a commit of its own.
#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

#include "core/store/audit.h"
#include "core/store/documents.h"
#include "core/store/outbox.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using base::kHour;
constexpr base::Nanos kLater = kStart + kHour;

class Replicas : public EachStore {
  protected:
    void SetUp() override {
        EachStore::SetUp();
        if (IsSkipped() || HasFatalFailure()) return;
        stores_ = {open(), open()};
    }
    // Each store on as many threads as wanted, at the same time.
    template <typename Work>
    void both(int threads, const Work& work) {
        std::vector<std::thread> running;
        for (const auto& store : stores_)
            for (int i = 0; i < threads; ++i) running.emplace_back([&, i] { work(*store, i); });
        for (std::thread& thread : running) thread.join();
    }
    std::vector<std::shared_ptr<Store>> stores_;
};

TEST_P(Replicas, open_one_incident_and_one_job_for_the_same_alerts) {
    std::atomic<int> opened{0};
    both(8, [&](Store& store, int) {
        for (int i = 0; i < 25; ++i) {
            const auto accepted = store.accept(delivery("g", {firing("a"), firing("b")}));
            ASSERT_TRUE(accepted) << accepted.error().text();
            opened += accepted->opened;
        }
    });
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(stores_[0]->counters().incidents, 1);
    EXPECT_EQ(stores_[1]->counters().queued_jobs, 1);
    const auto list = stores_[1]->incidents({10, ""});
    EXPECT_EQ(list->at(0).incident.alerts.size(), 2U);
}

TEST_P(Replicas, count_what_fires_once_when_they_hear_of_it_crosswise) {
    // Every group is told to both, by many threads, in opposite orders.
    constexpr int kGroups = 20;
    both(4, [&](Store& store, int thread) {
        for (int i = 0; i < kGroups; ++i) {
            const int group = thread % 2 == 0 ? i : kGroups - 1 - i;
            ASSERT_TRUE(store.accept(delivery(std::to_string(group), {firing("a"), firing("b")})));
        }
    });
    both(1, [&](Store& store, int) {
        for (int i = 0; i < kGroups; ++i)
            ASSERT_TRUE(store.accept(delivery(std::to_string(i), {resolved("a"), resolved("b")})));
    });
    const auto list = stores_[0]->incidents({100, ""});
    ASSERT_EQ(list->size(), std::size_t{kGroups});
    for (const IncidentRow& row : *list)
        EXPECT_EQ(row.incident.resolved_at, kStart + kHour) << row.incident.group_key;
}

TEST_P(Replicas, take_each_job_once_and_lose_none_that_comes_meanwhile) {
    constexpr int kIncidents = 40;
    std::atomic<int> accepted{0};
    std::atomic<int> finished{0};
    std::mutex mutex;
    std::set<std::pair<std::string, std::int64_t>> fences;
    both(3, [&](Store& store, int thread) {
        if (thread == 0) {
            for (int i = 0; i < kIncidents; ++i) {
                ASSERT_TRUE(store.accept(delivery(std::to_string(i), {firing("a")})));
                ASSERT_TRUE(store.accept(delivery(std::to_string(i), {firing("b")})));
            }
            ++accepted;
            return;
        }
        for (;;) {
            const bool last = accepted == 2;
            const auto job = store.claim(kLater, kHour);
            ASSERT_TRUE(job) << job.error().text();
            if (!*job && last) return;
            if (!*job) continue;
            {
                const std::lock_guard lock(mutex);
                EXPECT_TRUE(fences.emplace((*job)->incident, (*job)->fence).second)
                    << "one fence for two holders";
            }
            ASSERT_TRUE(store.put_report(**job, "{}", "cause", 0.5, ""));
            const auto ended = store.finish(**job);
            ASSERT_TRUE(ended) << ended.error().text();
            ++finished;
        }
    });
    EXPECT_GE(finished, kIncidents);
    EXPECT_EQ(stores_[0]->counters().queued_jobs, 0);
    // Whatever joined while it ran was run again: nothing is left open.
    const auto rows = stores_[0]->incidents({100, ""});
    ASSERT_EQ(rows->size(), std::size_t{kIncidents});
    for (const IncidentRow& row : *rows)
        EXPECT_EQ(row.incident.state, model::IncidentState::Reported) << row.incident.group_key;
}

TEST_P(Replicas, fence_off_the_one_whose_lease_ended) {
    ASSERT_TRUE(stores_[0]->accept(delivery("g", {firing("a")})));
    const Job slow = **stores_[0]->claim(kLater, kHour);
    EXPECT_FALSE(*stores_[1]->claim(kLater + kHour - 1, kHour));
    const Job quick = **stores_[1]->claim(kLater + kHour, kHour);
    EXPECT_EQ(quick.attempts, 2);
    EXPECT_EQ(stores_[0]->put_stage(slow, "window", "late").error().kind,
              base::ErrorKind::Conflict);
    EXPECT_EQ(stores_[0]->finish(slow).error().kind, base::ErrorKind::Conflict);
    EXPECT_TRUE(stores_[1]->finish(quick));
}

TEST_P(Replicas, open_a_scan_of_one_due_time_once) {
    std::atomic<int> opened{0};
    both(4, [&](Store& store, int) {
        for (int due = 1; due <= 15; ++due) {
            model::Incident scan;
            scan.id = "scan-" + std::to_string(due);
            scan.origin = model::Origin::Scan;
            const auto fresh = store.open_scan(scan, {"nightly", due});
            ASSERT_TRUE(fresh) << fresh.error().text();
            opened += static_cast<int>(*fresh);
        }
    });
    EXPECT_EQ(opened, 15);
    EXPECT_EQ(stores_[0]->scans({100, "nightly"})->size(), 15U);
    EXPECT_EQ(stores_[0]->counters().queued_jobs, 15);
}

TEST_P(Replicas, write_one_unbroken_audit_chain) {
    both(4, [&](Store& store, int) {
        for (int i = 0; i < 25; ++i) {
            const auto appended = store.audit().append({});
            ASSERT_TRUE(appended) << appended.error().text();
        }
    });
    for (const auto& store : stores_) EXPECT_EQ(*store->audit().verify(), 200);
}

TEST_P(Replicas, lose_no_step_of_a_document_and_send_each_parcel_once) {
    ASSERT_TRUE(stores_[0]->documents().put({"notes", "count", 0, 1, 0}));
    for (int i = 0; i < 30; ++i) {
        Parcel parcel;
        parcel.channel = "ticket";
        parcel.key = std::to_string(i);
        EXPECT_TRUE(*stores_[0]->outbox().post(parcel));
        EXPECT_FALSE(*stores_[1]->outbox().post(parcel));
    }
    std::atomic<int> sent{0};
    both(2, [&](Store& store, int) {
        for (int done = 0; done < 20;) {
            auto mine = store.documents().document("notes", "count");
            mine->body = mine->body.get<int>() + 1;
            if (store.documents().put(*mine)) ++done;
        }
        for (;;) {
            const auto mine = store.outbox().claim("ticket", kLater, kHour);
            ASSERT_TRUE(mine) << mine.error().text();
            if (!*mine) return;
            EXPECT_TRUE(store.outbox().sent(**mine, {}));
            ++sent;
        }
    });
    // A row another one looks at just now is passed over: what is left is there on the next look.
    while (const auto left = *stores_[0]->outbox().claim("ticket", kLater, kHour)) ++sent;
    EXPECT_EQ(stores_[1]->documents().document("notes", "count")->body, 80);
    EXPECT_EQ(sent, 30);
}

INSIGHT_ON_SHARED_STORES(Replicas);

// Waiting longer than the test may last would show as a time-out.
class Bell : public Replicas {};

TEST_P(Bell, rings_at_the_other_replica) {
    ASSERT_FALSE(*stores_[1]->claim(kLater, kHour));
    stores_[1]->wait_for_job(std::chrono::milliseconds(300));  // listens from here on
    for (int i = 0; i < 5; ++i) {
        ASSERT_FALSE(*stores_[1]->claim(kLater, kHour));
        const auto before = std::chrono::steady_clock::now();
        std::thread sender([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
            ASSERT_TRUE(stores_[0]->accept(delivery(std::to_string(i), {firing("a")})));
        });
        stores_[1]->wait_for_job(std::chrono::hours(1));
        sender.join();
        EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(1500))
            << "it looked by itself instead of being told";
        EXPECT_TRUE(*stores_[1]->claim(kLater, kHour));
    }
}

INSTANTIATE_TEST_SUITE_P(Shared, Bell, testing::Values(On::Postgres), kind_name);

}  // namespace
}  // namespace insight::store
