// What one incident leaves behind for the next, through the store.
#include "agent/history.h"

#include <gtest/gtest.h>

namespace insight::agent {
namespace {

model::Incident incident(const std::string& id) {
    model::Incident out;
    out.id = id;
    out.origin = model::Origin::Question;
    out.question = "why?";
    out.opened_at = 1'795'000'000 * base::kSecond;
    return out;
}

model::Report report(const std::string& id, model::Verdict verdict) {
    model::Report out;
    out.incident = incident(id);
    out.verdict = verdict;
    model::Clue clue;
    clue.kind = "blocking";
    clue.entity = {"database", "ledger"};
    clue.strength = 1;
    out.clues.push_back(clue);
    model::Cause cause;
    cause.entity = clue.entity;
    cause.cause_class = "lock_contention";
    cause.probability = 0.9;
    out.causes.push_back(cause);
    return out;
}

class HistoryTest : public testing::Test {
  protected:
    HistoryTest() : store_(std::move(*store::open_store("sqlite:"))) {}

    void investigated(const std::string& id, model::Verdict verdict) {
        EXPECT_TRUE(store_->open(incident(id), true));
        const auto job = store_->claim(base::kHour, base::kMinute);
        ASSERT_TRUE(job);
        ASSERT_TRUE(*job);
        EXPECT_TRUE(remember(*store_, **job, report(id, verdict)));
        EXPECT_TRUE(store_->finish(**job));
    }

    std::unique_ptr<store::Store> store_;
};

TEST_F(HistoryTest, a_found_cause_is_there_for_the_next_incident) {
    investigated("inc-first", model::Verdict::Cause);
    const auto past = past_incidents(*store_, incident("inc-second"));
    ASSERT_EQ(past.size(), 1U);
    EXPECT_EQ(past[0].incident, "inc-first");
    EXPECT_EQ(past[0].cause_class, "lock_contention");
    EXPECT_FALSE(past[0].features.empty());
}

TEST_F(HistoryTest, an_incident_is_not_its_own_past_and_one_without_a_cause_is_none) {
    investigated("inc-first", model::Verdict::Cause);
    investigated("inc-unclear", model::Verdict::NotEnoughEvidence);
    EXPECT_TRUE(past_incidents(*store_, incident("inc-first")).empty());
}

}  // namespace
}  // namespace insight::agent
