#include "core/net/dns_gate.h"

#include <gtest/gtest.h>

#include <future>

namespace insight::net {
namespace {

base::Deadline soon() {
    return base::Deadline::after(std::chrono::milliseconds(50));
}

base::Deadline later() {
    return base::Deadline::after(std::chrono::seconds(60));
}

TEST(DnsGate, addresses_need_no_lookup) {
    DnsGate gate([](const std::string&) -> base::Result<Addresses> {
        return base::fail(base::ErrorKind::Internal, "asked");
    });
    EXPECT_EQ(gate.resolve("127.0.0.1", soon()).value(), Addresses{"127.0.0.1"});
    EXPECT_EQ(gate.resolve("::1", soon()).value(), Addresses{"::1"});
    EXPECT_FALSE(gate.resolve("name", later()));
}

TEST(DnsGate, system_knows_localhost) {
    const auto addresses = DnsGate().resolve("localhost", later());
    ASSERT_TRUE(addresses) << addresses.error().text();
    EXPECT_FALSE(addresses->empty());
}

TEST(DnsGate, waiters_of_one_name_share_one_lookup) {
    std::promise<void> let_go;
    const auto released = let_go.get_future().share();
    std::atomic<int> lookups = 0;
    DnsGate gate([&, released](const std::string&) -> base::Result<Addresses> {
        ++lookups;
        released.wait();
        return Addresses{"10.0.0.1"};
    });
    for (int i = 0; i < 5; ++i) {
        const auto answer = gate.resolve("slow", soon());
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().kind, base::ErrorKind::Timeout);
    }
    let_go.set_value();
    EXPECT_EQ(gate.resolve("slow", later()).value(), Addresses{"10.0.0.1"});
    EXPECT_LE(lookups, 2);  // the stuck one, and one more when it had just ended
}

TEST(DnsGate, stuck_names_are_bounded_and_the_gate_may_go_before_them) {
    std::promise<void> let_go;
    const auto released = let_go.get_future().share();
    const auto finished = std::make_shared<std::atomic<std::size_t>>(0);
    {
        DnsGate gate([released, finished](const std::string&) -> base::Result<Addresses> {
            released.wait();
            ++*finished;
            return Addresses{"10.0.0.1"};
        });
        const auto at_once = base::Deadline::after(std::chrono::nanoseconds(1));
        for (std::size_t i = 0; i < DnsGate::kMaxLookups; ++i)
            EXPECT_EQ(gate.resolve("dead" + std::to_string(i), at_once).error().kind,
                      base::ErrorKind::Timeout);
        const auto refused = gate.resolve("one-more", later());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, base::ErrorKind::Unavailable);
        EXPECT_TRUE(gate.resolve("127.0.0.1", soon()));
    }
    let_go.set_value();
    while (*finished < DnsGate::kMaxLookups) std::this_thread::yield();
}

}  // namespace
}  // namespace insight::net
