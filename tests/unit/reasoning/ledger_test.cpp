#include "agent/reasoning/ledger.h"

#include <gmock/gmock.h>

#include <thread>

#include "tests/scenarios/reasoning/scenario.h"

namespace insight::agent::reasoning {
namespace {

class FixedClock final : public base::Clock {
  public:
    [[nodiscard]] base::Nanos now() const override { return 1'795'000'000 * base::kSecond; }
};

Budget budget() {
    Budget out;
    out.tokens_per_incident = 1'000;
    out.tokens_per_day = 1'500;
    return out;
}

TEST(Ledger, what_is_held_counts_until_it_is_settled) {
    test::MemoryDocuments documents;
    const FixedClock clock;
    Ledger ledger(&documents, budget(), "inc-1", clock);
    const auto first = ledger.reserve({900, 0});
    ASSERT_TRUE(first);
    const auto refused = ledger.reserve({200, 0});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().ended, Ended::BudgetIncident);
    EXPECT_THAT(refused.error().note, testing::HasSubstr("100 tokens of this incident are left"));
    ledger.settle(*first, {300, 0});
    EXPECT_TRUE(ledger.reserve({700, 0}));
}

TEST(Ledger, the_day_is_shared_by_all_incidents_of_a_tenant) {
    test::MemoryDocuments documents;
    const FixedClock clock;
    Ledger one(&documents, budget(), "inc-1", clock);
    Ledger two(&documents, budget(), "inc-2", clock);
    const auto held = one.reserve({1'000, 0});
    ASSERT_TRUE(held);
    one.settle(*held, {1'000, 0});
    const auto refused = two.reserve({600, 0});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().ended, Ended::BudgetDay);
    // What the day refused is not held for the incident either.
    EXPECT_TRUE(two.reserve({500, 0}));
    Budget other = budget();
    other.tenant = "other";
    EXPECT_TRUE(Ledger(&documents, other, "inc-3", clock).reserve({1'000, 0}));
}

TEST(Ledger, a_process_that_died_leaves_its_hold) {
    test::MemoryDocuments documents;
    const FixedClock clock;
    ASSERT_TRUE(Ledger(&documents, budget(), "inc-1", clock).reserve({900, 0}));
    EXPECT_FALSE(Ledger(&documents, budget(), "inc-1", clock).reserve({200, 0}));
}

TEST(Ledger, money_is_limited_like_tokens) {
    test::MemoryDocuments documents;
    const FixedClock clock;
    Budget money;
    money.money_per_incident = 0.10;
    Ledger ledger(&documents, money, "inc-1", clock);
    const auto held = ledger.reserve({10, 0.08});
    ASSERT_TRUE(held);
    EXPECT_FALSE(ledger.reserve({10, 0.03}));
    ledger.settle(*held, {10, 0.02});
    EXPECT_TRUE(ledger.reserve({10, 0.03}));
}

TEST(Ledger, writers_side_by_side_lose_nothing) {
    test::MemoryDocuments documents;
    const FixedClock clock;
    Budget wide;
    wide.tokens_per_incident = 0;
    wide.tokens_per_day = 4'000;
    std::atomic<int> held = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&, i] {
                Ledger ledger(&documents, wide, "inc-" + std::to_string(i), clock);
                for (int n = 0; n < 10; ++n)
                    if (ledger.reserve({100, 0})) ++held;
            });
    }
    EXPECT_EQ(held, 40);  // 4,000 tokens in holds of 100, whoever got them
}

TEST(Ledger, without_a_readable_account_nothing_is_spent) {
    test::MemoryDocuments documents;
    documents.broken = true;
    const FixedClock clock;
    const auto refused = Ledger(&documents, budget(), "inc-1", clock).reserve({1, 0});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().ended, Ended::NoAccount);
}

}  // namespace
}  // namespace insight::agent::reasoning
