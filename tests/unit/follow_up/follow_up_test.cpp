#include "agent/follow_up/follow_up.h"

#include <gmock/gmock.h>

#include "core/store/documents.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::agent {
namespace {

using base::Json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tickets::State;

class NoTracker final : public tickets::Tracker {
  public:
    tickets::Attempt<std::optional<tickets::Remote>> find(const tickets::Ticket&) override {
        return std::optional<tickets::Remote>();
    }
    tickets::Attempt<tickets::Remote> create(const tickets::Ticket&,
                                             const tickets::Sheet&) override {
        return tickets::Remote{"R-1", ""};
    }
    tickets::Attempt<void> update(const tickets::Remote&, const tickets::Ticket&,
                                  const tickets::Sheet&) override {
        return {};
    }
    tickets::Attempt<void> comment(const tickets::Remote&, const tickets::Ticket&,
                                   const tickets::Blocks&) override {
        return {};
    }
    tickets::Attempt<std::string> move(const tickets::Remote&, const tickets::Ticket&) override {
        return std::string();
    }
};

class NoChannel final : public notifications::Channel {
  public:
    [[nodiscard]] bool updates() const override { return true; }
    notifications::Attempt<Json> say(const notifications::Message&, const Json&, bool) override {
        return Json::object();
    }
};

class Following : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    tickets::Book book{*store, clock};
    std::vector<tickets::NamedTracker> trackers;
    std::unique_ptr<notifications::NotificationSender> people;
    int rings = 0;
    std::unique_ptr<FollowUp> follow_up;

    void SetUp() override {
        trackers.push_back({"jira", "info", std::make_unique<NoTracker>()});
        std::vector<notifications::NamedChannel> channels;
        channels.push_back({"ops", "warning", "critical", true,
                            *notifications::QuietHours::parse("", ""), notifications::RateLimit(0),
                            std::make_unique<NoChannel>()});
        people = std::make_unique<notifications::NotificationSender>(
            *store, book, clock, std::move(channels), "https://i",
            base::Border({}, base::Secret("k")), base::Secret("key"));
        restart();
    }
    void restart() {
        follow_up =
            std::make_unique<FollowUp>(*store, clock, book, trackers, *people, [this] { ++rings; });
    }
    void look() {
        const auto looked = follow_up->look();
        EXPECT_TRUE(looked) << looked.error().text();
    }

    static model::Delivery delivery(model::AlertStatus status, base::Nanos starts_at = 5) {
        model::Alert alert;
        alert.fingerprint = "f1";
        alert.status = status;
        alert.labels = {{"alertname", "Slow"}, {"severity", "warning"}};
        alert.starts_at = starts_at;
        alert.ends_at = status == model::AlertStatus::Resolved ? starts_at + 100 : 0;
        model::Delivery out;
        out.group_key = "g";
        out.alerts = {alert};
        out.received_at = 10;
        return out;
    }
    // An alert comes, and its report is written as the pipeline does.
    std::string reported(const std::string& verdict = "cause", base::Nanos starts_at = 5) {
        const std::string id =
            store->accept(delivery(model::AlertStatus::Firing, starts_at))->incidents.at(0);
        write_report(id, verdict);
        return id;
    }
    void write_report(const std::string& id, const std::string& verdict,
                      const std::string& summary = "It is slow.") {
        const auto job = store->claim(clock.time, base::kHour);
        ASSERT_TRUE(job && *job);
        Json report = tickets::test::report(id, "g");
        report["verdict"] = verdict;
        report["summary"] = summary;
        ASSERT_TRUE(store->put_report(**job, base::dump_json(report), verdict, 0.9, summary));
        ASSERT_TRUE(store->finish(**job));
    }
    std::vector<store::Parcel> parcels(const std::string& channel) {
        return *store->outbox().parcels({channel, "", std::nullopt, 100});
    }
};

TEST_F(Following, makes_a_ticket_a_copy_and_a_message_of_a_report) {
    const std::string id = reported();
    look();
    const auto ticket = book.of_incident(id);
    ASSERT_TRUE(ticket && *ticket);
    EXPECT_THAT(parcels("ticket"), SizeIs(1));
    EXPECT_THAT(parcels("notification"), SizeIs(1));
    EXPECT_EQ(rings, 1);
    look();
    EXPECT_THAT(parcels("ticket"), SizeIs(1)) << "nothing happened since";
    EXPECT_EQ(rings, 1);
}

TEST_F(Following, goes_on_where_a_crash_left_it) {
    const std::string id = reported();
    look();
    restart();
    look();
    EXPECT_THAT(parcels("ticket"), SizeIs(1)) << "what was posted is not posted again";
    // The ticket was written, then the process died before anybody was told.
    ASSERT_TRUE(book.transition((**book.of_incident(id)).id, "anna", State::Mitigated, ""));
    restart();
    look();
    EXPECT_THAT(parcels("ticket"), SizeIs(2));
}

TEST_F(Following, leaves_alone_what_is_still_being_looked_into) {
    ASSERT_TRUE(store->accept(delivery(model::AlertStatus::Firing)));
    look();
    EXPECT_THAT(*book.tickets({}), IsEmpty());
}

TEST_F(Following, proposes_the_end_when_the_alert_has_gone) {
    const std::string id = reported();
    look();
    ASSERT_TRUE(store->accept(delivery(model::AlertStatus::Resolved)));
    look();
    EXPECT_TRUE((**book.of_incident(id)).proposed);
    look();
    EXPECT_EQ((**book.of_incident(id)).revision, 2);
}

TEST_F(Following, reopens_the_ticket_when_the_same_comes_again) {
    const std::string first = reported();
    look();
    ASSERT_TRUE(store->accept(delivery(model::AlertStatus::Resolved)));
    look();
    ASSERT_TRUE(book.transition((**book.of_incident(first)).id, "anna", State::Resolved, ""));
    const std::string second = reported("cause", 500);
    ASSERT_NE(first, second);
    look();
    const tickets::Ticket ticket = **book.of_incident(second);
    EXPECT_EQ(ticket.id, (**book.of_incident(first)).id);
    EXPECT_EQ(ticket.state, State::Investigating);
    EXPECT_EQ(ticket.recurrences, 1);
    EXPECT_THAT(*book.tickets({}), SizeIs(1));
}

TEST_F(Following, does_not_undo_what_people_decided_when_an_incident_is_looked_at_again) {
    const std::string id = reported();
    look();
    ASSERT_TRUE(book.transition((**book.of_incident(id)).id, "anna", State::Resolved, ""));
    model::Delivery more = delivery(model::AlertStatus::Firing);
    more.alerts[0].fingerprint = "f2";
    ASSERT_TRUE(store->accept(more));
    write_report(id, "cause", "It is slow still.");
    look();
    EXPECT_EQ((**book.of_incident(id)).state, State::Resolved);
    EXPECT_EQ((**book.of_incident(id)).finding.summary, "It is slow still.");
}

TEST_F(Following, tells_of_an_incident_that_got_no_report) {
    const std::string id = store->accept(delivery(model::AlertStatus::Firing))->incidents.at(0);
    const auto job = store->claim(clock.time, base::kHour);
    ASSERT_TRUE(store->give_up(**job, {base::ErrorKind::Internal, "broken", ""}, 0));
    look();
    const auto ticket = book.of_incident(id);
    ASSERT_TRUE(ticket && *ticket);
    EXPECT_THAT((*ticket)->finding.summary, HasSubstr("No report could be made"));
}

TEST_F(Following, makes_no_noise_about_what_is_well) {
    reported("nothing_wrong");
    look();
    EXPECT_THAT(*book.tickets({}), IsEmpty());
    EXPECT_THAT(parcels("notification"), IsEmpty());
}

TEST_F(Following, links_pull_requests_and_capsules_to_the_ticket) {
    const std::string id = reported();
    const auto send = [&](const char* channel, const Json& body, const Json& answer) {
        store::Parcel parcel;
        parcel.channel = channel;
        parcel.key = "1";
        parcel.incident = id;
        parcel.body = body;
        ASSERT_TRUE(store->outbox().post(parcel));
        const auto mine = store->outbox().claim(channel, clock.time, base::kHour);
        ASSERT_TRUE(store->outbox().sent(**mine, answer));
    };
    send("pull_request", {}, {{"number", 7}, {"url", "https://github.com/acme/shop/pull/7"}});
    send("evomap",
         {{"assets",
           {{{"type", "Gene"}, {"asset_id", "sha256:g"}},
            {{"type", "Capsule"}, {"asset_id", "sha256:c"}}}}},
         {});
    look();
    const tickets::Ticket ticket = **book.of_incident(id);
    EXPECT_EQ(ticket.first_link("pull_request"), "acme/shop#7");
    EXPECT_EQ(ticket.first_link("capsule"), "sha256:c");
    look();
    EXPECT_EQ((**book.of_incident(id)).revision, ticket.revision) << "once";
}

TEST_F(Following, asks_once_for_every_approval) {
    store::Parcel held;
    held.channel = "pull_request";
    held.key = "fix-1";
    held.state = store::ParcelState::Held;
    ASSERT_TRUE(store->outbox().post(held));
    look();
    look();
    restart();
    look();
    ASSERT_THAT(parcels("notification"), SizeIs(1));
    EXPECT_EQ(parcels("notification")[0].key, "ops/approval/pull_request/fix-1");
}

}  // namespace
}  // namespace insight::agent
