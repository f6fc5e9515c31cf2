#include <gtest/gtest.h>

#include "tests/unit/runbooks/subjects.h"

namespace insight::agent::runbooks {
namespace {

TEST(RunbooksFor, alert_labels_cause_entity_and_service_each_decide) {
    const model::Report report = evictions();
    for (const std::string front :
         {"match: {alerts: {alertname: \"Redis(Evictions|Full)\", severity: critical}}\n",
          "match: {causes: [other, cache_eviction]}\n", "match: {entities: [\"cache *\"]}\n",
          "match: {entities: [sess*ns]}\n", "match: {services: [checkout]}\n"})
        EXPECT_EQ(runbooks_for({runbook(front)}, report).size(), 1U) << front;
    for (const std::string front :
         {"match: {alerts: {alertname: Redis}}\n",  // the whole value
          "match: {alerts: {alertname: RedisEvictions, region: eu}}\n",
          "match: {causes: [lock_contention]}\n",  // far too improbable
          "match: {entities: [\"database *\"]}\n", "match: {services: [payments]}\n",
          "title: none\n",
          "match: {causes: [cache_eviction], services: [payments]}\n"})  // all of a rule must hold
        EXPECT_TRUE(runbooks_for({runbook(front)}, report).empty()) << front;
}

TEST(RunbooksFor, one_rule_of_several_is_enough_and_the_more_specific_runbook_leads) {
    const std::vector<Runbook> shelf{
        runbook("match: {services: [checkout]}\n", "a", "general.md"),
        runbook(
            "match: [{causes: [nothing]}, {causes: [cache_eviction], entities: [\"cache *\"]}]\n",
            "b", "specific.md")};
    const auto fits = runbooks_for(shelf, evictions());
    ASSERT_EQ(fits.size(), 2U);
    EXPECT_EQ(fits[0].runbook->file, "specific.md");
    EXPECT_EQ(fits[0].reasons,
              (std::vector<std::string>{"cause cache_eviction", "cache sessions"}));
    EXPECT_EQ(runbooks_for(shelf, evictions(), 1).size(), 1U);
}

TEST(RunbooksFor, hostile_patterns_end_soon) {
    std::string glob;
    for (int i = 0; i < 90; ++i) glob += "a*";
    model::Report report = evictions();
    report.causes[0].entity.name = std::string(20'000, 'a') + "b";
    EXPECT_TRUE(
        runbooks_for({runbook("match: {entities: [\"" + glob + "c\"]}\n")}, report).empty());
}

TEST(RecommendRunbooks, the_report_names_the_file_and_why_and_keeps_what_it_had) {
    model::Report report = evictions();
    recommend_runbooks({runbook("title: Evictions\nmatch: {causes: [cache_eviction]}\n")}, report);
    ASSERT_EQ(report.recommendations.size(), 2U);
    EXPECT_EQ(report.recommendations[1].statement,
              "Runbook \u201cEvictions\u201d (redis/evictions.md) is written for this: cause "
              "cache_eviction.");
    EXPECT_EQ(report.recommendations[1].evidence, report.causes[0].evidence);
    EXPECT_FALSE(report.recommendations[1].changes_something);
}

}  // namespace
}  // namespace insight::agent::runbooks
