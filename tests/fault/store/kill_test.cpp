// What was acknowledged outlives kill -9.
#include <gmock/gmock.h>

#include <mutex>
#include <set>
#include <thread>

#include "tests/fault/store/child.h"
#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

constexpr int kSenders = 8;
constexpr int kAcknowledged = 200;

// Sends deliveries without end and says each id once accept() has returned.
void send_without_end(const std::string& url, const Child::Say& say) {
    const auto store = opened(url);
    std::mutex mutex;
    std::vector<std::thread> senders;
    for (int sender = 0; sender < kSenders; ++sender)
        senders.emplace_back([&, sender] {
            for (int i = 0;; ++i) {
                const auto accepted = store->accept(delivery(
                    std::to_string(sender) + "/" + std::to_string(i), {firing("a"), firing("b")}));
                const std::lock_guard lock(mutex);
                say(accepted ? accepted->incidents.at(0) : accepted.error().text());
            }
        });
    for (std::thread& sender : senders) sender.join();
}

class Kill : public EachStore {
  protected:
    // From when on what a killed process had taken is free: alone with a file that is at once, with
    // a server only its lease can tell.
    [[nodiscard]] base::Nanos free_again() const {
        return GetParam() == On::Postgres ? kStart + 1000 * base::kHour : kStart;
    }
};

TEST_P(Kill, right_after_accepting_loses_no_incident_and_doubles_no_job) {
    std::set<std::string> acknowledged;
    {
        Child child([&](const Child::Say& say) { send_without_end(url(), say); });
        for (int i = 0; i < kAcknowledged; ++i) acknowledged.insert(child.read());
        child.kill();
        for (std::string id = child.read(); id.size() == 20; id = child.read())
            acknowledged.insert(id);
    }
    ASSERT_GE(acknowledged.size(), std::size_t{kAcknowledged});
    const auto store = open();
    std::set<std::string> jobs;
    for (;;) {
        const auto job = store->claim(kStart + base::kHour, base::kHour);
        ASSERT_TRUE(job) << job.error().text();
        if (!*job) break;
        EXPECT_TRUE(jobs.insert((*job)->incident).second) << "two jobs of one incident";
    }
    for (const std::string& id : acknowledged) {
        const auto found = store->incident(id);
        ASSERT_TRUE(found) << found.error().text();
        EXPECT_EQ(found->incident.alerts.size(), 2U);
        EXPECT_TRUE(jobs.contains(id)) << id;
    }
}

TEST_P(Kill, of_a_worker_leaves_its_job_to_the_next_run) {
    {
        Child child([&](const Child::Say& say) {
            const auto store = open();
            (void)store->accept(delivery("g", {firing("a")}));
            const auto job = store->claim(kStart, 1000 * base::kHour);
            (void)store->put_stage(**job, "window", "kept");
            say((*job)->incident);
            ::pause();
        });
        EXPECT_EQ(child.read(), model::incident_id("g", firing("a")));
        child.kill();
    }
    const auto store = open();
    const auto job = store->claim(free_again(), base::kHour);
    ASSERT_TRUE(job && *job);
    EXPECT_EQ((*job)->attempts, 2);
    EXPECT_EQ(*store->stage((*job)->incident, "window"), "kept");
}

INSIGHT_ON_SHARED_STORES(Kill);

}  // namespace
}  // namespace insight::store
