#include "collectors/disposable.h"

#include <gtest/gtest.h>

#include <future>

namespace insight::collectors {
namespace {

TEST(Disposable, hands_back_what_the_call_gave) {
    const auto got =
        run_disposable<int>(base::Deadline::after(std::chrono::seconds(30)), [] { return 7; });
    EXPECT_EQ(got, 7);
}

TEST(Disposable, does_not_wait_for_a_call_that_knows_no_end) {
    const auto release = std::make_shared<std::promise<void>>();
    const auto got =
        run_disposable<int>(base::Deadline::after(std::chrono::milliseconds(20)),
                            [waiting = std::make_shared<std::future<void>>(release->get_future())] {
                                waiting->wait();
                                return 1;
                            });
    EXPECT_FALSE(got.has_value());
    release->set_value();
}

TEST(Disposable, refuses_more_calls_than_it_may_have_threads) {
    std::promise<void> release;
    const std::shared_future<void> gate = release.get_future().share();
    for (int i = 0; i < 3 * kDisposableThreads; ++i)
        run_disposable<int>(base::Deadline::after(std::chrono::nanoseconds(0)), [gate] {
            gate.wait();
            return 0;
        });
    EXPECT_LE(disposable_threads().load(), kDisposableThreads);
    release.set_value();
    while (disposable_threads().load() > 0) std::this_thread::yield();
    EXPECT_TRUE(run_disposable<int>(base::Deadline::after(std::chrono::seconds(30)), [] {
                    return 1;
                }).has_value());
}

}  // namespace
}  // namespace insight::collectors
