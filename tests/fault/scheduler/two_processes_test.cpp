// Two service processes on one store, one schedule every minute: one scan per due time, also when
// one of them is killed in the middle.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "agent/scheduler.h"
#include "core/base/crypto.h"
#include "tests/fault/store/child.h"

namespace insight::agent {
namespace {

constexpr int kMinutes = 40;
const base::Nanos kBegin = *base::parse_rfc3339("2026-11-20T06:59:30Z");

class Folder {
  public:
    Folder()
        : path_(std::filesystem::temp_directory_path() / ("scheduler-" + base::random_hex(6))) {}
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string url() const { return "sqlite://" + (path_ / "insight.db").string(); }

  private:
    std::filesystem::path path_;
};

class HandClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return now_; }
    base::Nanos now_ = kBegin;
};

std::vector<Plan> every_minute() {
    config::Schedule schedule;
    schedule.name = "each-minute";
    schedule.cron = "* * * * *";
    schedule.window = base::kHour;
    return *plans_of({schedule});
}

// Lives through the minutes as fast as the store lets it and says how many scans it opened.
void live(const std::string& url, const store::Child::Say& say) {
    const auto store = store::open_store(url);
    if (!store) return say(store.error().text());
    HandClock clock;
    Scheduler scheduler(**store, clock, every_minute());
    std::size_t opened = 0;
    for (int minute = 0; minute <= kMinutes; ++minute) {
        for (int look = 0; look < 2; ++look) opened += scheduler.look().size();
        say("minute " + std::to_string(minute));
        clock.now_ += base::kMinute;
    }
    say("opened " + std::to_string(opened));
}

std::string last_line(store::Child& child) {
    std::string last;
    for (std::string line = child.read(); !line.empty(); line = child.read()) last = line;
    return last;
}

std::map<base::Nanos, int> by_due_time(const std::string& url) {
    std::map<base::Nanos, int> counts;
    const auto store = store::open_store(url);
    EXPECT_TRUE(store) << store.error().text();
    if (!store) return counts;
    const auto rows = (*store)->scans({.limit = 500, .schedule = {}});
    EXPECT_TRUE(rows);
    for (const store::ScanRow& row : *rows) ++counts[row.key.due_at];
    return counts;
}

TEST(TwoProcesses, open_one_scan_per_due_time) {
    const Folder folder;
    ASSERT_TRUE(store::open_store(folder.url()));  // the tables, before both begin
    store::Child left([&](const store::Child::Say& say) { live(folder.url(), say); });
    store::Child right([&](const store::Child::Say& say) { live(folder.url(), say); });
    const std::string one = last_line(left);
    const std::string other = last_line(right);
    ASSERT_TRUE(one.starts_with("opened ")) << one;
    ASSERT_TRUE(other.starts_with("opened ")) << other;
    const auto counts = by_due_time(folder.url());
    int scans = 0;
    for (const auto& [due, count] : counts) {
        EXPECT_EQ(count, 1) << base::format_rfc3339(due);
        ++scans;
    }
    EXPECT_EQ(std::stoi(one.substr(7)) + std::stoi(other.substr(7)), scans);
    // The slower one may see the faster one's later due times first; what it then finds past is
    // not owed any more. The faster one misses nothing.
    EXPECT_GE(scans, kMinutes);
}

TEST(TwoProcesses, a_killed_one_leaves_its_scan_to_the_other_once) {
    const Folder folder;
    ASSERT_TRUE(store::open_store(folder.url()));
    {
        store::Child doomed([&](const store::Child::Say& say) { live(folder.url(), say); });
        while (doomed.read() != "minute 7") {
        }
        doomed.kill();
    }
    const auto store = store::open_store(folder.url());
    ASSERT_TRUE(store);
    const std::size_t before = (*store)->scans({.limit = 500, .schedule = {}})->size();
    EXPECT_GE(before, 7U);
    HandClock clock;
    clock.now_ = kBegin + base::kHour;
    Scheduler heir(**store, clock, every_minute());
    EXPECT_EQ(heir.look().size(), 1U);  // late, once, for the last due time only
    EXPECT_TRUE(heir.look().empty());
    std::size_t jobs = 0;
    while (const auto job = *(*store)->claim(clock.now_, 10 * base::kHour)) ++jobs;
    EXPECT_EQ(jobs, before + 1);
}

}  // namespace
}  // namespace insight::agent
