#include "agent/outcomes/watch.h"

#include <gmock/gmock.h>

#include "core/store/documents.h"
#include "core/store/outbox.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::outcomes {
namespace {

using base::kHour;
using base::kMinute;
using base::kSecond;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kKey = "inc-x.fix.1";

class Watching : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    tickets::Book book{*store, clock};
    Landing landing;
    SignalState signal{SignalState::Is::Quiet, "prometheus/main, asked now: it is quiet"};
    bool teller_fails = false;
    std::vector<std::string> told;  // stage and note
    std::unique_ptr<OutcomeWatch> watch;
    std::string incident;

    void SetUp() override {
        incident = fires();
        reported(incident, "missing_index");
        ASSERT_TRUE(book.record(*base::parse_json(*store->report(incident), "it"), "service"));
        restart();
    }
    void restart() {
        Surroundings around;
        around.landed = [this](const Json&, int) -> base::Result<Landing> { return landing; };
        around.signal = [this](const model::Incident&, Nanos) { return signal; };
        around.tell = [this](const Outcome& outcome) -> base::Status {
            if (teller_fails) return base::fail(base::ErrorKind::Unavailable, "no network");
            told.push_back(std::string(name(outcome.stage)) + ": " + outcome.note);
            return {};
        };
        watch = std::make_unique<OutcomeWatch>(
            *store, clock, Settings{15 * kMinute, 30 * kMinute, 7 * 24 * kHour}, around);
    }
    void look() {
        const auto looked = watch->look();
        ASSERT_TRUE(looked) << looked.error().text();
    }
    void pass(Nanos time) {
        clock.time += time;
        look();
    }
    std::string deliver(model::AlertStatus status, Nanos starts_at, Nanos ends_at) {
        model::Alert alert;
        alert.fingerprint = "f1";
        alert.status = status;
        alert.labels = {{"alertname", "Slow"}, {"severity", "warning"}};
        alert.starts_at = starts_at;
        alert.ends_at = ends_at;
        model::Delivery out;
        out.group_key = "g";
        out.alerts = {alert};
        out.received_at = clock.time;
        const auto accepted = store->accept(out);
        return accepted->incidents.empty() ? std::string() : accepted->incidents.at(0);
    }
    std::string fires() {
        started_ = clock.time;
        return deliver(model::AlertStatus::Firing, started_, 0);
    }
    void resolves() { deliver(model::AlertStatus::Resolved, started_, clock.time); }
    void reported(const std::string& id, const std::string& cause) {
        const auto job = store->claim(clock.time, kHour);
        ASSERT_TRUE(job && *job);
        Json report = tickets::test::report(id, "g");
        if (cause.empty()) {
            report["verdict"] = "not_enough_evidence";
            report["causes"] = Json::array();
        } else {
            report["causes"][0]["class"] = cause;
        }
        ASSERT_TRUE(store->put_report(**job, base::dump_json(report), report["verdict"], 0.9, "s"));
        ASSERT_TRUE(store->finish(**job));
    }
    void pull_request(const std::string& role = "fix") {
        store::Parcel parcel;
        parcel.channel = "pull_request";
        parcel.key = kKey;
        parcel.incident = incident;
        parcel.body = {{"role", role}, {"repository", "octo/shop"}};
        parcel.due_at = parcel.created_at = clock.time;
        ASSERT_TRUE(store->outbox().post(parcel));
        const auto claimed = store->outbox().claim("pull_request", clock.time, kHour);
        ASSERT_TRUE(claimed && *claimed);
        ASSERT_TRUE(store->outbox().sent(**claimed, {{"number", 7}, {"url", "https://x/pull/7"}}));
    }
    // The usual story up to where the alert has gone after the merge.
    void merged_and_resolved() {
        pull_request();
        look();
        landing = {Landing::State::Merged, clock.time};
        pass(5 * kMinute);
        resolves();
    }
    std::vector<std::string> said() {
        std::vector<std::string> out;
        const auto ticket = book.of_incident(incident);
        for (const auto& one : (*ticket)->comments) out.push_back(one.text);
        return out;
    }

  private:
    Nanos started_ = 0;
};

TEST_F(Watching, a_fix_has_held_when_its_alert_has_gone_and_stays_quiet) {
    merged_and_resolved();
    pass(29 * kMinute);
    EXPECT_THAT(told, IsEmpty()) << "too early to say";
    pass(6 * kMinute);
    ASSERT_THAT(told,
                ElementsAre(HasSubstr("held: the alert went away and stayed away for 35 min")));
    EXPECT_THAT(told[0], HasSubstr("asked now: it is quiet"));
    EXPECT_THAT(said(), ElementsAre(HasSubstr("octo/shop#7 is in place"),
                                    HasSubstr("octo/shop#7 has held")));
    pass(kHour);
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(Watching, nothing_is_said_before_somebody_merges) {
    pull_request();
    resolves();
    for (int i = 0; i < 5; ++i) pass(kHour);
    EXPECT_THAT(told, IsEmpty());
    landing = {Landing::State::Closed, 0};
    pass(kHour);
    pass(8 * 24 * kHour);
    EXPECT_THAT(told, IsEmpty());
    EXPECT_THAT(said(), IsEmpty());
}

TEST_F(Watching, rules_that_were_added_mend_nothing) {
    pull_request("monitoring");
    landing = {Landing::State::Merged, clock.time};
    resolves();
    for (int i = 0; i < 5; ++i) pass(kHour);
    EXPECT_THAT(told, IsEmpty());
}

TEST_F(Watching, an_alert_that_the_source_still_tells_is_not_quiet) {
    merged_and_resolved();
    signal = {SignalState::Is::Active, "prometheus/main says that Slow is firing"};
    for (int i = 0; i < 10; ++i) pass(20 * kMinute);
    EXPECT_THAT(told, IsEmpty());
    signal = {SignalState::Is::Quiet, "quiet"};
    for (int i = 0; i < 4; ++i) pass(20 * kMinute);
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
}

TEST_F(Watching, the_same_cause_again_is_a_failure_also_after_it_had_held) {
    merged_and_resolved();
    pass(31 * kMinute);
    ASSERT_THAT(told, ElementsAre(HasSubstr("held")));
    pass(24 * kHour);
    const std::string again = fires();
    ASSERT_NE(again, incident);
    pass(kHour);
    EXPECT_EQ(told.size(), 1U) << "its investigation has not ended";
    reported(again, "missing_index");
    pass(kHour);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[1], "recurred: the same cause came back in " + again);
    EXPECT_THAT(said().back(), HasSubstr("octo/shop#7 did not help"));
    pass(24 * kHour);
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(Watching, the_same_alert_for_another_reason_is_no_failure) {
    merged_and_resolved();
    pass(20 * kMinute);
    const std::string again = fires();
    reported(again, "lock_contention");
    resolves();
    pass(20 * kMinute);
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
}

TEST_F(Watching, an_alert_nobody_can_explain_starts_the_quiet_time_anew) {
    merged_and_resolved();
    pass(20 * kMinute);
    const std::string again = fires();
    reported(again, "");
    pass(20 * kMinute);
    EXPECT_THAT(told, IsEmpty()) << "it fires";
    resolves();
    pass(20 * kMinute);
    EXPECT_THAT(told, IsEmpty()) << "not quiet for long enough";
    pass(20 * kMinute);
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
}

TEST_F(Watching, an_alert_while_the_fix_is_rolled_out_proves_nothing) {
    merged_and_resolved();
    const std::string again = fires();  // five minutes after the merge
    reported(again, "missing_index");
    resolves();
    pass(31 * kMinute);
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
}

TEST_F(Watching, what_had_gone_before_the_fix_must_stay_away_for_long) {
    pull_request();
    resolves();
    pass(kHour);
    landing = {Landing::State::Merged, clock.time};
    pass(kHour);
    pass(24 * kHour);
    EXPECT_THAT(told, IsEmpty());
    pass(6 * 24 * kHour);
    EXPECT_THAT(told, ElementsAre(HasSubstr("went away before the fix")));
}

TEST_F(Watching, an_alert_that_never_goes_proves_nothing_either_way) {
    pull_request();
    landing = {Landing::State::Merged, clock.time};
    look();
    pass(24 * kHour);
    pass(7 * 24 * kHour);
    EXPECT_THAT(told, IsEmpty());
    EXPECT_THAT(said().back(), HasSubstr("is not known: the alert still fires"));
}

TEST_F(Watching, who_could_not_be_told_is_told_later_and_once) {
    merged_and_resolved();
    teller_fails = true;
    clock.time += 31 * kMinute;
    EXPECT_FALSE(watch->look());
    restart();  // as after a crash
    EXPECT_FALSE(watch->look());
    teller_fails = false;
    look();
    look();
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
}

TEST_F(Watching, what_people_did_by_hand_is_watched_as_well) {
    ASSERT_TRUE(applied_by_hand(*store, incident, "the advice of sha256:00", clock.time));
    clock.time += kMinute;
    resolves();
    pass(31 * kMinute);
    EXPECT_THAT(told, ElementsAre(HasSubstr("held")));
    EXPECT_THAT(said(), ElementsAre(HasSubstr("the advice of sha256:00 has held")));
    EXPECT_FALSE(applied_by_hand(*store, "inc-nobody", "it", clock.time));
}

TEST_F(Watching, it_is_over_when_the_time_to_come_back_has_passed) {
    merged_and_resolved();
    pass(31 * kMinute);
    pass(8 * 24 * kHour);
    EXPECT_FALSE(store->documents().document("outcomes.open", kKey));
    EXPECT_TRUE(store->documents().document("outcomes.over", kKey));
    look();
    EXPECT_FALSE(store->documents().document("outcomes.open", kKey)) << "not found anew";
}

}  // namespace
}  // namespace insight::outcomes
