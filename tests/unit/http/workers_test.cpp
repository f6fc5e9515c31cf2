#include "agent/http/workers.h"

#include <gtest/gtest.h>

#include <future>

namespace insight::http {
namespace {

TEST(Workers, refuse_when_the_queue_is_full_and_go_on_afterwards) {
    Workers workers(1, 2);
    std::promise<void> started;
    std::promise<void> gate;
    auto open = gate.get_future().share();
    ASSERT_TRUE(workers.submit([&started, open] {
        started.set_value();
        open.wait();
    }));
    started.get_future().wait();
    std::atomic<int> done{0};
    EXPECT_TRUE(workers.submit([&done] { ++done; }));
    EXPECT_TRUE(workers.submit([&done] { ++done; }));
    EXPECT_FALSE(workers.submit([&done] { ++done; }));
    gate.set_value();
    std::promise<void> last;
    while (!workers.submit([&last] { last.set_value(); })) std::this_thread::yield();
    last.get_future().wait();
    EXPECT_EQ(done, 2);
}

TEST(Workers, survive_work_that_throws) {
    Workers workers(1, 2);
    EXPECT_TRUE(workers.submit([] { throw std::runtime_error("as a defect would"); }));
    std::promise<void> after;
    EXPECT_TRUE(workers.submit([&after] { after.set_value(); }));
    after.get_future().wait();
    workers.stop();
    EXPECT_FALSE(workers.submit([] {}));
}

}  // namespace
}  // namespace insight::http
