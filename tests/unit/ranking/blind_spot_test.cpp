// What nobody measured may be at fault.
#include "analysis/ranking/blind_spot.h"

#include <gmock/gmock.h>

#include "analysis/ranking/weights.h"
#include "tests/unit/ranking/findings.h"

namespace insight::analysis::ranking {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::IsEmpty;

// A shop that calls stock and prices, each a hundred times a second; prices calls a bank.
class Unmeasured : public testing::Test {
  protected:
    Unmeasured() {
        for (const char* name : {"shop", "stock", "prices", "bank"})
            detection_.served[name] = {true, true, 100.0};
    }
    BlindSpots around(const std::string& name, bool failures = false) {
        const Topology topology =
            calls({{"shop", "stock"}, {"shop", "prices"}, {"prices", "bank"}});
        return blind_spots(name, failures, calls_of(topology, detection_), detection_);
    }
    std::set<std::string> of(const std::string& name, bool failures = false) {
        return around(name, failures).below;
    }
    Detection detection_{model::Scope{}};
};

TEST_F(Unmeasured, are_callees_whose_delay_nobody_measured) {
    EXPECT_THAT(of("shop"), IsEmpty());
    detection_.served["stock"].latency = false;
    EXPECT_THAT(of("shop"), ElementsAre("stock"));
    EXPECT_THAT(of("shop", true), IsEmpty()) << "its failures were";
    EXPECT_THAT(of("bank"), IsEmpty()) << "it calls nobody";
}

TEST_F(Unmeasured, are_callees_that_nobody_knows_at_all) {
    detection_.served.erase("stock");
    EXPECT_THAT(of("shop"), ElementsAre("stock"));
}

TEST_F(Unmeasured, are_not_what_had_no_requests) {
    detection_.served["stock"] = {false, false, 0.0};
    EXPECT_THAT(of("shop"), IsEmpty());
}

TEST_F(Unmeasured, are_not_further_away_than_one_call) {
    detection_.served.erase("bank");
    EXPECT_THAT(of("shop"), IsEmpty());
    EXPECT_THAT(of("prices"), ElementsAre("bank"));
}

TEST_F(Unmeasured, do_not_exist_where_traces_saw_the_calls) {
    detection_.served.erase("stock");
    detection_.examined["traces"] = 10;
    EXPECT_THAT(of("shop"), IsEmpty());
}

TEST_F(Unmeasured, do_not_exist_where_that_quantity_is_measured_of_nobody_else) {
    for (auto& [name, served] : detection_.served) served.failures = name == "shop";
    EXPECT_THAT(of("shop", true), IsEmpty());
}

TEST_F(Unmeasured, are_what_the_callers_call_beside_it) {
    detection_.served.erase("stock");
    EXPECT_THAT(around("prices").beside, ElementsAre("stock"));
    EXPECT_THAT(around("shop").beside, IsEmpty());
    EXPECT_THAT(around("bank").beside, IsEmpty());
}

// One window, with series of all callees of the shop or of two only.
struct Told {
    double probability = 0;
    Judgement judgement;
};

Told told(const std::set<std::string>& unmeasured, const std::string& kind, Aspect aspect) {
    static Detection detection{model::Scope{}};
    detection = detection_of({finding(kind, "shop", 25, aspect, 1)});
    std::vector<model::Edge> edges;
    for (const char* name : {"shop", "stock", "prices", "bank", "till", "mail", "search"}) {
        if (!unmeasured.contains(name)) detection.served[name] = {true, true, 100.0};
        if (name != std::string_view("shop")) edges.push_back({"shop", name, "calls"});
    }
    detection.examined["metrics"] = 1;
    detection.alert_quantity_moved = true;
    const model::Incident about = incident("shop");
    const logs::LogDigest digest(about.window);
    const model::Signals none;
    const Topology topology(edges);
    const Ranking ranking = rank(Sight{about, none, digest, topology}, detection);
    return {ranking.causes.front().probability, judge(about, none, detection, ranking)};
}

double probability(bool callee_measured, const std::string& kind, Aspect aspect) {
    return told(callee_measured ? std::set<std::string>{} : std::set<std::string>{"stock"}, kind,
                aspect)
        .probability;
}

TEST(InSight, where_most_is_unmeasured_it_is_not_enough_and_says_what_to_collect) {
    EXPECT_EQ(told({}, "metric_shift", Aspect::Latency).judgement.verdict, model::Verdict::Cause);
    const Judgement judgement =
        told({"stock", "till", "mail", "search"}, "metric_shift", Aspect::Latency).judgement;
    EXPECT_EQ(judgement.verdict, model::Verdict::NotEnoughEvidence);
    EXPECT_THAT(judgement.to_collect, testing::Contains(testing::HasSubstr(
                                          "latency and errors of mail, search, stock and 1 more")));
}

TEST(InSight, delay_beside_an_unmeasured_callee_is_less_certain) {
    const double seen = probability(true, "metric_shift", Aspect::Latency);
    EXPECT_NEAR(probability(false, "metric_shift", Aspect::Latency),
                seen * sight_beside({{"stock"}, {}}), 1e-9);
    EXPECT_EQ(sight_beside({}), 1);
    EXPECT_LT(sight_beside({{"a"}, {}}), sight_beside({{}, {"a"}}));
    EXPECT_LT(sight_beside({{"a", "b"}, {}}), sight_beside({{"a"}, {}}));
}

TEST(InSight, what_an_entity_does_itself_stands_beside_any_callee) {
    EXPECT_EQ(probability(false, "log_new", Aspect::Other),
              probability(true, "log_new", Aspect::Other));
    EXPECT_EQ(probability(false, "metric_shift", Aspect::Load),
              probability(true, "metric_shift", Aspect::Load));
}

// What the shop calls was not measured, and the disk needs nobody.
Ranking shop_and_disk(double shop, double disk) {
    static Detection detection{model::Scope{}};
    detection = detection_of({finding("metric_shift", "shop", shop, Aspect::Latency, 1),
                              finding("metric_shift", "disk", disk, Aspect::Load, 1)});
    std::vector<model::Edge> edges;
    for (const char* name : {"stock", "till", "mail", "search", "bank", "prices"})
        edges.push_back({"shop", name, "calls"});
    for (const char* name : {"shop", "other", "third"})
        detection.served[name] = {true, true, 100.0};
    detection.alert_quantity_moved = true;
    const model::Incident about = incident("shop");
    const logs::LogDigest digest(about.window);
    const model::Signals none;
    return rank(Sight{about, none, digest, Topology(edges)}, detection);
}

TEST(InSight, what_makes_the_first_less_certain_lifts_none_above_it) {
    int held_down = 0;
    for (double shop = 1; shop <= 30; ++shop)
        for (double disk = 1; disk <= 30; ++disk) {
            const std::vector<Candidate> all = shop_and_disk(shop, disk).candidates;
            ASSERT_EQ(all.size(), 2U);
            EXPECT_LE(all[1].cause.probability, all[0].cause.probability);
            if (all[0].in_sight < 1 &&
                calibrated(all[1].probability) > calibrated(all[0].probability) * all[0].in_sight)
                ++held_down;
        }
    EXPECT_GT(held_down, 0);
}

double among_kinds(std::size_t kinds, std::optional<bool> alert_moved, const std::string& kind) {
    static Detection detection{model::Scope{}};
    detection = detection_of({finding(kind, "shop", 25, Aspect::Load, 1)});
    detection.kinds_looked_at = kinds;
    detection.alert_quantity_moved = alert_moved;
    const model::Incident about = incident("shop");
    const logs::LogDigest digest(about.window);
    const model::Signals none;
    const Topology topology;
    return rank(Sight{about, none, digest, topology}, detection).causes.front().probability;
}

TEST(InSight, a_series_that_nothing_ties_to_the_alert_needs_the_other_kinds) {
    const double all = among_kinds(3, std::nullopt, "metric_shift");
    EXPECT_NEAR(among_kinds(1, std::nullopt, "metric_shift"), all * sight_with(1), 1e-9);
    EXPECT_LT(sight_with(2), 0.82);
    EXPECT_EQ(sight_with(3), 1);
    EXPECT_EQ(among_kinds(1, true, "metric_shift"), among_kinds(3, true, "metric_shift"));
    EXPECT_EQ(among_kinds(2, std::nullopt, "log_new"), among_kinds(3, std::nullopt, "log_new"));
}

}  // namespace
}  // namespace insight::analysis::ranking
