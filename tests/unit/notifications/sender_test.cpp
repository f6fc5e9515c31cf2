#include "agent/notifications/sender.h"

#include <gmock/gmock.h>

#include "agent/notifications/approval.h"
#include "core/store/audit.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::notifications {
namespace {

using agent::Delivery;
using base::Json;
using base::kHour;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using tickets::State;
using tickets::test::cause;
using tickets::test::report;
using Outcome = Delivery::Outcome;

class FakeChannel final : public Channel {
  public:
    FakeChannel(std::vector<Message>& said, bool changeable, Delivery& fails)
        : said_(said), changeable_(changeable), fails_(fails) {}

    [[nodiscard]] bool updates() const override { return changeable_; }
    Attempt<Json> say(const Message& message, const Json& handle, bool) override {
        if (!fails_.note.empty()) return outreach::stop(std::exchange(fails_, Delivery{}));
        said_.push_back(message);
        return handle.is_null() ? Json{{"ts", said_.size()}} : handle;
    }

  private:
    std::vector<Message>& said_;
    bool changeable_;
    Delivery& fails_;
};

class Telling : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;  // 22:13:20 UTC
    tickets::Book book{*store, clock};
    std::vector<Message> said;
    Delivery fails;
    std::string id = book.record(report(), "service")->ticket->id;
    bool changeable = true;
    std::string quiet;
    int per_hour = 0;
    std::unique_ptr<NotificationSender> sender;

    Delivery deliver() {
        if (!sender) {
            std::vector<NamedChannel> channels;
            channels.push_back({"ops", "info", "critical", true, *QuietHours::parse(quiet, ""),
                                RateLimit(per_hour),
                                std::make_unique<FakeChannel>(said, changeable, fails)});
            sender = std::make_unique<NotificationSender>(
                *store, book, clock, std::move(channels), "https://i",
                base::Border({}, base::Secret("k")), base::Secret("key"));
        }
        const auto parcel = parcel_of(sender->channels()[0], *book.ticket(id), clock.time);
        due_at = parcel.due_at;
        return sender->deliver(parcel, [](const Json&) { return base::Status{}; });
    }
    base::Nanos due_at = 0;
};

TEST_F(Telling, says_an_incident_once_and_keeps_it_true) {
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    ASSERT_EQ(said.size(), 1U);
    ASSERT_TRUE(book.link(id, "x", {"capsule", "sha256:1", ""}));
    deliver();
    EXPECT_EQ(said.size(), 1U) << "nothing shown has changed";
    ASSERT_TRUE(book.comment(id, "anna", "on it"));
    ASSERT_TRUE(book.transition(id, "anna", State::Mitigated, ""));
    deliver();
    ASSERT_EQ(said.size(), 2U);
    EXPECT_THAT(said[1].news, ElementsAre("anna: on it", "anna: From open to mitigated."));
}

TEST_F(Telling, leaves_a_trace_of_what_left) {
    deliver();
    const auto entries = store->audit().entries(1, 10);
    EXPECT_EQ(entries->back().action, "notification.sent");
    EXPECT_EQ(entries->back().detail.at("channel"), "ops");
}

TEST_F(Telling, does_not_repeat_itself_where_nothing_can_be_changed) {
    changeable = false;
    deliver();
    ASSERT_TRUE(book.comment(id, "anna", "on it"));
    Json later = report();
    later["summary"] = "other words";
    ASSERT_TRUE(book.record(later, "service"));
    deliver();
    EXPECT_EQ(said.size(), 1U);
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, ""));
    deliver();
    EXPECT_EQ(said.size(), 2U);
}

TEST_F(Telling, says_nothing_of_what_was_over_before) {
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, ""));
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_TRUE(said.empty());
}

TEST_F(Telling, waits_for_the_end_of_quiet_hours_unless_it_is_urgent) {
    quiet = "22:00-07:00";
    const Delivery waits = deliver();
    EXPECT_EQ(waits.outcome, Outcome::Later);
    EXPECT_EQ(clock.time + waits.delay, *base::parse_rfc3339("2023-11-15T07:00:00Z"));
    EXPECT_EQ(due_at, clock.time + waits.delay) << "it is not even tried before";
    Json worse = report();
    worse["impact"]["severity"] = "critical";
    ASSERT_TRUE(book.record(worse, "service"));
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_EQ(due_at, 0);
    EXPECT_EQ(said.size(), 1U);
}

TEST_F(Telling, keeps_its_rate_and_says_the_rest_later) {
    per_hour = 1;
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    ASSERT_TRUE(book.transition(id, "anna", State::Mitigated, ""));
    const Delivery waits = deliver();
    EXPECT_EQ(waits.outcome, Outcome::Later);
    EXPECT_EQ(waits.delay, kHour);
    clock.time += kHour;
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_EQ(said.size(), 2U);
}

TEST_F(Telling, loses_nothing_when_a_channel_fails) {
    deliver();
    ASSERT_TRUE(book.transition(id, "anna", State::Mitigated, ""));
    fails = Delivery::later("503");
    EXPECT_EQ(deliver().outcome, Outcome::Later);
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_THAT(said.back().news, ElementsAre("anna: From open to mitigated."));
}

TEST_F(Telling, asks_for_approval_with_a_signed_link) {
    deliver();
    store::Parcel held;
    held.channel = "pull_request";
    held.key = "fix-1";
    held.body = {{"title", "Create the index again"}, {"summary", "token=abcdefgh12345678"}};
    const auto parcel = parcel_of(sender->channels()[0], held);
    EXPECT_EQ(sender->deliver(parcel, [](const Json&) { return base::Status{}; }).outcome,
              Outcome::Sent);
    const Message& asked = said.back();
    EXPECT_EQ(asked.title, "Approval needed: Create the index again");
    const std::string link = asked.links.at(0).second;
    EXPECT_THAT(link, StartsWith("https://i/approve/"));
    const auto approval = read_signed(link.substr(std::string("https://i/approve/").size()),
                                      base::Secret("key"), clock.time);
    ASSERT_TRUE(approval) << approval.error().text();
    EXPECT_EQ(approval->key, "fix-1");
    EXPECT_EQ(approval->digest, digest_of(held.body));

    const auto ask_again = [&] {
        sender->deliver(parcel_of(sender->channels()[0], held),
                        [](const Json&) { return base::Status{}; });
        return said.back().id;
    };
    const std::string first = asked.id;
    EXPECT_EQ(ask_again(), first);
    held.key = "fix-2";
    EXPECT_NE(ask_again(), first) << "a channel would join the two and wake nobody for the second";
}

}  // namespace
}  // namespace insight::notifications
