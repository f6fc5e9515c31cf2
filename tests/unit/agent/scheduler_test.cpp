// Schedules on a real store in memory and a clock of the test's own.
#include "agent/scheduler.h"

#include <gtest/gtest.h>

#include "agent/scan_request.h"

namespace insight::agent {
namespace {

class TestClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return now_; }
    void set(const char* text) { now_ = *base::parse_rfc3339(text); }

  private:
    base::Nanos now_ = 0;
};

class SchedulerTest : public testing::Test {
  protected:
    SchedulerTest() : store_(std::move(*store::open_store("sqlite:"))) {
        clock_.set("2026-11-20T06:59:00Z");
    }

    Scheduler scheduler(const std::string& cron = "0 7 * * *", const std::string& zone = "") {
        config::Schedule schedule;
        schedule.name = "morning";
        schedule.cron = cron;
        schedule.time_zone = zone;
        schedule.cluster = "east";
        return {*store_, clock_, *plans_of({schedule})};
    }

    std::size_t scans() { return store_->scans({.limit = 100, .schedule = "morning"})->size(); }

    TestClock clock_;
    std::unique_ptr<store::Store> store_;
};

TEST_F(SchedulerTest, opens_a_scan_when_it_is_due_and_not_before) {
    Scheduler one = scheduler();
    EXPECT_TRUE(one.look().empty());
    clock_.set("2026-11-20T07:00:00Z");
    const auto opened = one.look();
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_TRUE(one.look().empty());
    const auto row = store_->incident(opened[0]);
    ASSERT_TRUE(row);
    EXPECT_EQ(row->incident.origin, model::Origin::Scan);
    EXPECT_EQ(row->incident.scope.cluster, "east");
    EXPECT_EQ(row->incident.window.end - row->incident.window.start, 24 * base::kHour);
    EXPECT_EQ(row->incident.window.baseline_end, row->incident.window.start);
    const auto key = store_->scan_key(opened[0]);
    ASSERT_TRUE(key);
    EXPECT_EQ(base::format_rfc3339(key->due_at), "2026-11-20T07:00:00Z");
    EXPECT_TRUE(*store_->claim(clock_.now(), base::kMinute));  // and its job waits
}

TEST_F(SchedulerTest, a_missed_schedule_runs_once_late) {
    scheduler().look();  // seen first on the 20th, then nobody runs for three days
    clock_.set("2026-11-23T11:30:00Z");
    Scheduler later = scheduler();
    ASSERT_EQ(later.look().size(), 1U);
    EXPECT_TRUE(later.look().empty());
    EXPECT_EQ(scans(), 1U);
    EXPECT_EQ(base::format_rfc3339(store_->scans({})->at(0).key.due_at), "2026-11-23T07:00:00Z");
    clock_.set("2026-11-24T07:00:01Z");
    EXPECT_EQ(later.look().size(), 1U);
}

TEST_F(SchedulerTest, a_new_or_changed_schedule_owes_nothing_of_the_past) {
    EXPECT_TRUE(scheduler().look().empty());
    clock_.set("2026-11-21T08:00:00Z");
    EXPECT_TRUE(scheduler("30 7 * * *").look().empty());  // another plan since now
    clock_.set("2026-11-22T07:30:00Z");
    EXPECT_EQ(scheduler("30 7 * * *").look().size(), 1U);
}

TEST_F(SchedulerTest, two_on_one_store_never_open_one_scan_twice) {
    Scheduler left = scheduler();
    Scheduler right = scheduler();
    left.look();
    clock_.set("2026-11-21T07:00:00Z");
    std::size_t opened = 0;
    std::vector<std::thread> threads;
    std::mutex mutex;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&, &mine = i == 0 ? left : right] {
            const std::size_t count = mine.look().size();
            const std::lock_guard lock(mutex);
            opened += count;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(opened, 1U);
    EXPECT_EQ(scans(), 1U);
}

TEST_F(SchedulerTest, stops_at_once_though_nothing_is_due_for_long) {
    Scheduler one = scheduler("0 0 1 1 *");
    one.start();
    one.stop();
    EXPECT_EQ(base::format_rfc3339(one.next()), "2027-01-01T00:00:00Z");
}

TEST(Plans, name_the_schedule_that_is_wrong) {
    config::Schedule schedule;
    schedule.name = "nightly";
    schedule.cron = "0 0 30 2 *";
    const auto never = plans_of({schedule});
    ASSERT_FALSE(never);
    EXPECT_NE(never.error().message.find("nightly"), std::string::npos);
    schedule.cron = "@daily";
    schedule.time_zone = "Mars/Olympus";
    EXPECT_FALSE(plans_of({schedule}));
}

TEST(ScanRequest, looks_back_a_day_and_reads_growth_from_two) {
    const base::Nanos now = *base::parse_rfc3339("2026-11-20T07:00:00Z");
    const auto incident = scan_incident({}, now);
    ASSERT_TRUE(incident);
    EXPECT_EQ(incident->window.end, now);
    EXPECT_EQ(incident->window.start, now - 24 * base::kHour);
    EXPECT_EQ(incident->window.baseline_start, now - 48 * base::kHour);
    EXPECT_FALSE(scan_incident({.since = "32d"}, now));
    EXPECT_FALSE(scan_incident({.since = "soon"}, now));
    EXPECT_FALSE(scan_incident({.until = "2030-01-01T00:00:00Z"}, now));
}

}  // namespace
}  // namespace insight::agent
