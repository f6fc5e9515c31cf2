#include "core/base/side_by_side.h"

#include <gmock/gmock.h>

#include <chrono>
#include <condition_variable>
#include <set>
#include <stdexcept>

namespace insight::base {
namespace {

TEST(SideBySide, does_everything_once_whatever_the_number_of_threads) {
    for (const std::size_t threads : {0U, 1U, 2U, 7U, 2000U}) {
        std::vector<int> done(1000, 0);
        side_by_side(done.size(), threads, [&](std::size_t i) { ++done[i]; });
        EXPECT_THAT(done, testing::Each(1)) << threads << " threads";
    }
}

TEST(SideBySide, runs_at_the_same_time_and_on_no_more_threads_than_allowed) {
    std::mutex mutex;
    std::condition_variable all_there;
    std::set<std::thread::id> threads;
    // Each waits until three have come, so that nobody can do the work of two.
    side_by_side(3, 3, [&](std::size_t) {
        std::unique_lock lock(mutex);
        threads.insert(std::this_thread::get_id());
        all_there.notify_all();
        EXPECT_TRUE(all_there.wait_for(lock, std::chrono::seconds(20),
                                       [&] { return threads.size() == 3; }));
    });
    EXPECT_TRUE(threads.contains(std::this_thread::get_id())) << "the caller works, too";

    threads.clear();
    side_by_side(500, 2, [&](std::size_t) {
        const std::scoped_lock lock(mutex);
        threads.insert(std::this_thread::get_id());
    });
    EXPECT_LE(threads.size(), 2U);
}

TEST(SideBySide, nothing_to_do_is_done) {
    side_by_side(0, 4, [](std::size_t) { FAIL(); });
}

TEST(SideBySide, what_one_throws_reaches_the_caller_and_ends_the_rest) {
    for (const std::size_t threads : {1U, 3U}) {
        std::atomic<int> begun{0};
        EXPECT_THROW(side_by_side(1'000'000, threads,
                                  [&](std::size_t) {
                                      ++begun;
                                      throw std::runtime_error("full");
                                  }),
                     std::runtime_error);
        EXPECT_LE(begun, 3);
    }
}

}  // namespace
}  // namespace insight::base
