#include "collectors/disposable.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "collectors/watchdog.h"

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

TEST(Watchdog, ends_a_read_that_nobody_answers_and_one_that_is_answered_too_much) {
    const auto hour = base::Deadline::after(std::chrono::hours(1));
    const auto soon = base::Deadline::after(std::chrono::milliseconds(20));
    for (const bool too_much : {false, true}) {
        int pair[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        {
            const Watchdog watchdog(pair[0], too_much ? hour : soon, [=] { return too_much; });
            char byte = 0;
            EXPECT_EQ(::read(pair[0], &byte, 1), 0);  // would block for ever without it
            EXPECT_EQ(watchdog.fired(),
                      too_much ? Watchdog::Reason::Enough : Watchdog::Reason::Deadline);
        }
        ::close(pair[0]);
        ::close(pair[1]);
    }
}

TEST(Watchdog, leaves_a_socket_alone_that_was_quick_enough) {
    int pair[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    {
        const Watchdog watchdog(pair[0], base::Deadline::after(std::chrono::hours(1)),
                                [] { return false; });
        EXPECT_EQ(watchdog.fired(), Watchdog::Reason::None);
    }
    EXPECT_EQ(::write(pair[1], "x", 1), 1);
    char byte = 0;
    EXPECT_EQ(::read(pair[0], &byte, 1), 1);
    ::close(pair[0]);
    ::close(pair[1]);
}

}  // namespace
}  // namespace insight::collectors
