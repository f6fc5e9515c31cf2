#include "agent/tickets/sender.h"

#include <gmock/gmock.h>

#include "core/store/documents.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::tickets {
namespace {

using agent::Delivery;
using base::Json;
using test::cause;
using test::report;
using testing::ElementsAre;
using testing::HasSubstr;
using Outcome = Delivery::Outcome;

// Remembers what it was asked, and can fail once at a step.
class FakeTracker final : public Tracker {
  public:
    explicit FakeTracker(std::vector<std::string>& calls, std::string& fails)
        : calls_(calls), fails_(fails) {}

    Attempt<std::optional<Remote>> find(const Ticket&) override {
        calls_.push_back("find");
        return made_ ? std::optional(Remote{"R-1", "https://r/1"}) : std::nullopt;
    }
    Attempt<Remote> create(const Ticket&, const Sheet&) override {
        made_ = true;
        if (auto failure = step("create")) return outreach::stop(*failure);
        return Remote{"R-1", "https://r/1"};
    }
    Attempt<void> update(const Remote&, const Ticket&, const Sheet&) override {
        if (auto failure = step("update")) return outreach::stop(*failure);
        return {};
    }
    Attempt<void> comment(const Remote&, const Ticket&, const Blocks& news) override {
        if (auto failure = step("comment " + plain(news))) return outreach::stop(*failure);
        return {};
    }
    Attempt<std::string> move(const Remote&, const Ticket& ticket) override {
        if (auto failure = step("move " + std::string(name(ticket.state))))
            return outreach::stop(*failure);
        return std::string();
    }

  private:
    std::optional<Delivery> step(const std::string& call) {
        calls_.push_back(call);
        if (fails_.empty() || !call.starts_with(fails_)) return std::nullopt;
        fails_.clear();
        return Delivery::later("it broke");
    }
    std::vector<std::string>& calls_;
    std::string& fails_;
    bool made_ = false;
};

class Copies : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    Book book{*store, clock};
    std::vector<std::string> calls;
    std::string fails;
    std::unique_ptr<TicketSender> sender = make();
    std::string id = book.record(report(), "service")->ticket->id;

    std::unique_ptr<TicketSender> make() {
        std::vector<NamedTracker> trackers;
        trackers.push_back({"jira", "info", std::make_unique<FakeTracker>(calls, fails)});
        return std::make_unique<TicketSender>(*store, book, std::move(trackers), "",
                                              base::Border({}, base::Secret("k")));
    }
    Delivery deliver(int attempts = 1) {
        store::Parcel parcel = parcel_of("jira", *book.ticket(id));
        parcel.attempts = attempts;
        return sender->deliver(parcel, [](const Json&) { return base::Status{}; });
    }
};

TEST_F(Copies, are_made_once_and_linked) {
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_THAT(calls, ElementsAre("create"));
    EXPECT_EQ(book.ticket(id)->first_link("issue"), "jira:R-1");
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    EXPECT_THAT(calls, ElementsAre("create")) << "the link is no news to the tracker";
}

TEST_F(Copies, are_looked_for_when_an_answer_was_lost) {
    fails = "create";
    EXPECT_EQ(deliver().outcome, Outcome::Later);
    EXPECT_EQ(deliver(2).outcome, Outcome::Sent);
    EXPECT_THAT(calls, ElementsAre("create", "find", "update"));
}

TEST_F(Copies, hear_of_changes_in_the_text_by_comments_and_by_their_state) {
    deliver();
    calls.clear();
    Json later = report();
    later["causes"] = {cause("cache", "eviction", 0.9)};
    ASSERT_TRUE(book.record(later, "service"));
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, "cache is larger"));
    EXPECT_EQ(deliver().outcome, Outcome::Sent);
    ASSERT_EQ(calls.size(), 3U) << "many changes are one visit";
    EXPECT_EQ(calls[0], "update");
    EXPECT_THAT(calls[1], HasSubstr("The cause is database cache (eviction)"));
    EXPECT_THAT(calls[1], HasSubstr("anna: From open to resolved: cache is larger"));
    EXPECT_EQ(calls[2], "move resolved");
}

TEST_F(Copies, are_finished_from_where_a_failure_left_them) {
    deliver();
    calls.clear();
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, ""));
    fails = "move";
    EXPECT_EQ(deliver().outcome, Outcome::Later);
    EXPECT_EQ(deliver(2).outcome, Outcome::Sent);
    EXPECT_THAT(calls, ElementsAre("update", "comment anna: From open to resolved.",
                                   "move resolved", "move resolved"))
        << "what was done is not done again";
}

TEST_F(Copies, are_not_for_a_tracker_that_is_gone) {
    store::Parcel parcel = parcel_of("old", *book.ticket(id));
    const Delivery refused = sender->deliver(parcel, [](const Json&) { return base::Status{}; });
    EXPECT_EQ(refused.outcome, Outcome::Refused);
    EXPECT_THAT(refused.note, HasSubstr("no tracker old"));
}

}  // namespace
}  // namespace insight::tickets
