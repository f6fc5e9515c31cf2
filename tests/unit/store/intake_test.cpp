#include <gmock/gmock.h>

#include "tests/unit/store/fixtures.h"

namespace insight::store {
namespace {

using model::AlertStatus;
using model::IncidentState;
using testing::ElementsAre;

class AnyIntake : public OpenStore {
  protected:
    Accepted accept(model::Delivery given) {
        const auto accepted = store_->accept(std::move(given));
        EXPECT_TRUE(accepted) << accepted.error().text();
        return accepted ? *accepted : Accepted{};
    }
    model::Incident incident(const std::string& id) {
        const auto row = store_->incident(id);
        EXPECT_TRUE(row) << row.error().text();
        return row ? row->incident : model::Incident{};
    }
    std::string open_one() { return accept(delivery("g", {firing("a")})).incidents.at(0); }
    std::int64_t waiting() { return store_->counters().queued_jobs; }
    Job claim() {
        const auto job = store_->claim(kStart + base::kHour, base::kMinute);
        return job && *job ? **job : Job{};
    }
};

TEST_P(AnyIntake, opens_an_incident_whose_identity_comes_from_the_earliest_alert) {
    const auto accepted =
        accept(delivery("g", {firing("b", kStart + 5), firing("c", kStart), firing("a", kStart)}));
    EXPECT_EQ(accepted.opened, 1);
    EXPECT_THAT(accepted.incidents, ElementsAre(model::incident_id("g", firing("a", kStart))));
    const model::Incident found = incident(accepted.incidents.at(0));
    EXPECT_EQ(found.group_key, "g");
    EXPECT_EQ(found.origin, model::Origin::Alert);
    EXPECT_EQ(found.state, IncidentState::Open);
    EXPECT_EQ(found.scope, (model::Scope{"eu", "shop"}));
    EXPECT_EQ(found.opened_at, kStart + base::kMinute);
    EXPECT_EQ(found.resolved_at, 0);
    ASSERT_EQ(found.alerts.size(), 3U);
    EXPECT_EQ(found.alerts[0].fingerprint, "a");
    EXPECT_EQ(found.alerts[1].fingerprint, "c");
    EXPECT_EQ(found.alerts[2].fingerprint, "b");
    EXPECT_EQ(model::to_json(found.alerts[0]), model::to_json(firing("a")));
    EXPECT_EQ(waiting(), 1);
}

TEST_P(AnyIntake, keeps_one_incident_and_one_job_when_a_delivery_repeats) {
    const std::string id = open_one();
    const auto again = accept(delivery("g", {firing("a")}));
    EXPECT_EQ(again.opened, 0);
    EXPECT_THAT(again.incidents, ElementsAre(id));
    EXPECT_EQ(store_->counters().incidents, 1);
    EXPECT_EQ(waiting(), 1);
}

TEST_P(AnyIntake, takes_the_newest_annotations_and_truncation_of_a_repeat) {
    const std::string id = open_one();
    auto repeat = delivery("g", {firing("a")});
    repeat.alerts[0].annotations["summary"] = "it is higher";
    repeat.truncated_alerts = 7;
    accept(repeat);
    EXPECT_EQ(incident(id).alerts.at(0).annotations.at("summary"), "it is higher");
    EXPECT_EQ(incident(id).truncated_alerts, 7);
    accept(delivery("g", {firing("a")}));
    EXPECT_EQ(incident(id).truncated_alerts, 0);
}

TEST_P(AnyIntake, resolves_the_incident_with_its_last_alert) {
    const std::string id = accept(delivery("g", {firing("a"), firing("b")})).incidents.at(0);
    accept(delivery("g", {resolved("a", kStart, kStart + 7 * base::kMinute)}));
    EXPECT_EQ(incident(id).resolved_at, 0);
    const auto last = accept(delivery("g", {resolved("b", kStart, kStart + 5 * base::kMinute)}));
    EXPECT_THAT(last.incidents, ElementsAre(id));
    EXPECT_EQ(incident(id).resolved_at, kStart + 7 * base::kMinute);
    EXPECT_EQ(incident(id).alerts.at(0).status, AlertStatus::Resolved);
    EXPECT_EQ(incident(id).alerts.at(0).ends_at, kStart + 7 * base::kMinute);
}

TEST_P(AnyIntake, opens_nothing_for_a_resolve_of_an_alert_never_seen) {
    const auto unknown_group = accept(delivery("g", {resolved("a")}));
    EXPECT_TRUE(unknown_group.incidents.empty());
    const std::string id = open_one();
    const auto unknown_alert = accept(delivery("g", {firing("a"), resolved("b")}));
    EXPECT_THAT(unknown_alert.incidents, ElementsAre(id));
    EXPECT_EQ(incident(id).alerts.size(), 1U);
    EXPECT_EQ(store_->counters().incidents, 1);
}

TEST_P(AnyIntake, lets_a_new_alert_join_the_open_incident_of_its_group) {
    const std::string id = open_one();
    const auto joined = accept(delivery("g", {firing("a"), firing("0", kStart - base::kMinute)}));
    EXPECT_EQ(joined.opened, 0);
    EXPECT_THAT(joined.incidents, ElementsAre(id));
    ASSERT_EQ(incident(id).alerts.size(), 2U);
    EXPECT_EQ(incident(id).alerts[0].fingerprint, "a") << "the opener stays first";
    EXPECT_EQ(waiting(), 1);
}

TEST_P(AnyIntake, queues_a_joined_incident_again_once_its_job_has_ended) {
    const std::string id = open_one();
    const Job job = claim();
    ASSERT_TRUE(store_->put_report(job, "{}", "cause", 0.5, "s"));
    ASSERT_TRUE(store_->finish(job));
    EXPECT_EQ(waiting(), 0);
    EXPECT_EQ(incident(id).state, IncidentState::Reported);
    accept(delivery("g", {firing("b")}));
    EXPECT_EQ(waiting(), 1);
    EXPECT_EQ(incident(id).state, IncidentState::Open);
}

TEST_P(AnyIntake, runs_a_leased_job_once_more_for_an_alert_that_joined_meanwhile) {
    const std::string id = open_one();
    const Job job = claim();
    accept(delivery("g", {firing("b")}));
    accept(delivery("g", {firing("c")}));
    EXPECT_EQ(claim().incident, "") << "no second worker on the same incident";
    ASSERT_TRUE(store_->finish(job));
    EXPECT_EQ(waiting(), 1);
    const Job second = claim();
    EXPECT_EQ(second.incident, id);
    EXPECT_GT(second.fence, job.fence);
    ASSERT_TRUE(store_->finish(second));
    EXPECT_EQ(waiting(), 0);
}

TEST_P(AnyIntake, opens_another_incident_after_the_first_was_resolved) {
    const std::string first = open_one();
    accept(delivery("g", {resolved("a")}));
    const auto second = accept(delivery("g", {firing("a", kStart + 2 * base::kHour)}));
    EXPECT_EQ(second.opened, 1);
    EXPECT_NE(second.incidents.at(0), first);
}

TEST_P(AnyIntake, opens_another_incident_when_the_same_delivery_resolves_the_first) {
    const std::string first = open_one();
    const auto both = accept(delivery("g", {resolved("a"), firing("b", kStart + base::kHour)}));
    EXPECT_EQ(both.opened, 1);
    ASSERT_EQ(both.incidents.size(), 2U);
    EXPECT_EQ(both.incidents[0], first);
    EXPECT_NE(incident(first).resolved_at, 0);
    EXPECT_EQ(incident(both.incidents[1]).resolved_at, 0);
}

TEST_P(AnyIntake, reopens_an_incident_whose_alert_fires_on) {
    const std::string id = open_one();
    accept(delivery("g", {resolved("a")}));
    accept(delivery("g", {firing("a")}));
    EXPECT_EQ(incident(id).resolved_at, 0);
    EXPECT_EQ(incident(id).alerts.at(0).status, AlertStatus::Firing);
}

TEST_P(AnyIntake, never_mixes_groups) {
    const auto one = accept(delivery("g", {firing("a")}));
    const auto two = accept(delivery("h", {firing("a")}));
    EXPECT_NE(one.incidents.at(0), two.incidents.at(0));
    EXPECT_EQ(waiting(), 2);
}

TEST_P(AnyIntake, counts_the_later_mention_of_an_alert_that_is_there_twice) {
    const auto accepted = accept(delivery("g", {firing("a"), firing("b"), resolved("a")}));
    ASSERT_EQ(accepted.incidents.size(), 1U);
    EXPECT_EQ(incident(accepted.incidents[0]).alerts.size(), 1U);
    EXPECT_EQ(accepted.incidents[0], model::incident_id("g", firing("b")));
}

TEST_P(AnyIntake, takes_an_empty_delivery) {
    EXPECT_TRUE(accept(delivery("g", {})).incidents.empty());
}

TEST_P(AnyIntake, keeps_text_that_json_must_escape) {
    auto given = delivery("g", {firing("a")});
    given.alerts[0].labels["path"] = "C:\\x\t\"y\"\x01";
    const std::string id = accept(given).incidents.at(0);
    EXPECT_EQ(incident(id).alerts.at(0).labels.at("path"), "C:\\x\t\"y\"\x01");
}

TEST_P(AnyIntake, makes_invalid_text_readable_again) {
    auto given = delivery("g", {firing("a")});
    given.alerts[0].labels["bytes"] = "\xff\xfe";
    const std::string id = accept(given).incidents.at(0);
    EXPECT_EQ(incident(id).alerts.at(0).labels.at("alertname"), "High");
}

INSIGHT_ON_EACH_STORE(AnyIntake);

}  // namespace
}  // namespace insight::store
