// Genes and the ledger in a real store.
#include "evomap/genes.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/store/store.h"
#include "evomap/ledger.h"

namespace insight::evomap {
namespace {

Json gene(const std::string& id, const std::vector<std::string>& signals) {
    return {{"type", "Gene"},
            {"asset_id", id},
            {"category", "repair"},
            {"signals_match", signals},
            {"strategy", {"Look at the wait queue.", "Raise the ceiling slowly."}}};
}

class EvomapGenes : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store_ = store::open_store("sqlite:").value();
    Genes genes_{store_->documents()};
    const std::vector<std::string> steps_{"look at the wait queue", "Raise the ceiling slowly!"};
};

TEST_F(EvomapGenes, one_with_the_same_strategy_and_half_of_the_signals_is_used_again) {
    ASSERT_TRUE(genes_.used(gene("sha256:a", {"pool", "latency"})));
    EXPECT_TRUE(genes_.match("repair", {"pool", "latency"}, steps_).value().has_value());
    EXPECT_TRUE(genes_.match("repair", {"pool"}, steps_).value().has_value());
    EXPECT_FALSE(genes_.match("repair", {"disk"}, steps_).value().has_value());
    EXPECT_FALSE(genes_.match("optimize", {"pool", "latency"}, steps_).value().has_value());
    EXPECT_FALSE(genes_.match("repair", {"pool", "latency"}, {"Something else"}).value());
}

TEST_F(EvomapGenes, a_failure_ends_the_streak_and_the_longest_streak_goes_first) {
    ASSERT_TRUE(genes_.used(gene("sha256:a", {"pool"})));
    ASSERT_TRUE(genes_.used(gene("sha256:b", {"pool"})));
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(genes_.outcome("sha256:a", true));
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(genes_.outcome("sha256:b", true));
    EXPECT_EQ(genes_.match("repair", {"pool"}, steps_).value()->gene_id, "sha256:a");
    ASSERT_TRUE(genes_.outcome("sha256:a", false));
    const auto best = genes_.match("repair", {"pool"}, steps_).value();
    EXPECT_EQ(best->gene_id, "sha256:b");
    EXPECT_EQ(best->streak, 2);
}

TEST_F(EvomapGenes, writers_at_the_same_time_lose_nothing) {
    ASSERT_TRUE(genes_.used(gene("sha256:a", {"pool"})));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([this] { EXPECT_TRUE(genes_.outcome("sha256:a", true)); });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(genes_.all().value()[0].successes, 4);
}

TEST_F(EvomapGenes, the_ledger_keeps_the_whole_seed) {
    Ledger ledger(store_->documents());
    LedgerRow row;
    row.key = row.incident = "inc-1";
    row.seed_capsule = {{"title", "with customer names"}};
    row.state = "queued";
    ASSERT_TRUE(ledger.put(row));
    ASSERT_TRUE(ledger.change("inc-1", [](LedgerRow& it) { it.state = "candidate"; }));
    const LedgerRow kept = ledger.row("inc-1").value();
    EXPECT_EQ(kept.state, "candidate");
    EXPECT_EQ(kept.seed_capsule["title"], "with customer names");
    EXPECT_EQ(ledger.row("inc-2").error().kind, base::ErrorKind::NotFound);
}

}  // namespace
}  // namespace insight::evomap
