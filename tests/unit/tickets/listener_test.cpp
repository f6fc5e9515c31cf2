// What people do in a tracker comes back into the ticket, once, and is not told to it again.
#include "agent/tickets/listener.h"

#include <gmock/gmock.h>

#include "agent/tickets/sender.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::tickets {
namespace {

using agent::Delivery;
using base::Json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// A tracker as people see it: what stands there is what a test says.
struct There {
    Seen seen{"1", "open", State::Open, "", {}};
    bool unchanged = false;
    std::optional<Delivery> fails;
    std::vector<std::string> calls;
};

class Board final : public Tracker {
  public:
    explicit Board(There& there) : there_(there) {}
    Attempt<std::optional<Remote>> find(const Ticket&) override { return std::optional<Remote>(); }
    Attempt<Remote> create(const Ticket&, const Sheet&) override { return Remote{"R-1", ""}; }
    Attempt<void> update(const Remote&, const Ticket&, const Sheet&) override { return {}; }
    Attempt<void> comment(const Remote&, const Ticket&, const Blocks& news) override {
        there_.calls.push_back("comment " + plain(news));
        return {};
    }
    Attempt<std::string> move(const Remote&, const Ticket& ticket) override {
        there_.calls.push_back("move " + std::string(name(ticket.state)));
        there_.seen.status = std::string(name(ticket.state));
        return std::string();
    }
    Attempt<std::optional<Seen>> read(const Remote&, const Ticket&, const ReadMark& mark) override {
        there_.calls.push_back("read " + mark.stamp);
        if (there_.fails) return outreach::stop(*there_.fails);
        if (there_.unchanged || mark.stamp == there_.seen.stamp) return std::optional<Seen>();
        Seen out = there_.seen;
        std::erase_if(out.comments,
                      [&](const RemoteComment& one) { return one.number <= mark.last_comment; });
        return std::optional(out);
    }

  private:
    There& there_;
};

class Hearings : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    Book book{*store, clock};
    There there;
    std::unique_ptr<TicketSender> sender;
    std::unique_ptr<TrackerListener> listener;
    std::string id;

    void SetUp() override {
        std::vector<NamedTracker> trackers;
        trackers.push_back({"board", "info", std::make_unique<Board>(there)});
        sender = std::make_unique<TicketSender>(*store, book, std::move(trackers), "",
                                                base::Border({}, base::Secret("k")));
        listener = std::make_unique<TrackerListener>(*store, book, sender->trackers(), clock);
        id = book.record(test::report(), "service")->ticket->id;
        bring();
        there.calls.clear();
    }
    // As the courier does it, until the copy has everything.
    void bring() {
        for (int i = 0; i < 3; ++i)
            EXPECT_EQ(sender
                          ->deliver(parcel_of("board", *book.ticket(id)),
                                    [](const Json&) { return base::Status{}; })
                          .outcome,
                      Delivery::Outcome::Sent);
    }
    int look() {
        clock.time += 6 * base::kMinute;
        const auto changed = listener->look();
        EXPECT_TRUE(changed) << changed.error().text();
        return changed.value_or(-1);
    }
    void somebody(const std::string& stamp) { there.seen.stamp = stamp; }
};

TEST_F(Hearings, a_closed_issue_resolves_the_ticket_once_and_is_not_moved_again) {
    EXPECT_EQ(look(), 0);
    somebody("2");
    there.seen.status = "closed";
    there.seen.means = State::Resolved;
    EXPECT_EQ(look(), 1);
    const Ticket ticket = *book.ticket(id);
    EXPECT_EQ(ticket.state, State::Resolved);
    EXPECT_EQ(ticket.history.back().via, "board");
    EXPECT_THAT(ticket.history.back().text, HasSubstr("board moved the copy to closed"));
    there.calls.clear();
    bring();
    EXPECT_THAT(there.calls, Not(testing::Contains(HasSubstr("move")))) << "it is there already";
    EXPECT_THAT(there.calls, Not(testing::Contains(HasSubstr("comment"))));
    const auto revision = book.ticket(id)->revision;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(look(), 0);
    bring();
    EXPECT_EQ(book.ticket(id)->revision, revision) << "nothing goes round in circles";
}

TEST_F(Hearings, another_assignee_and_comments_are_in_the_history_and_told_to_others_only) {
    look();
    somebody("2");
    there.seen.assignee = "Ben B.";
    there.seen.comments = {{7, "ada", "we roll back"}, {9, "ben", "done"}};
    EXPECT_EQ(look(), 1);
    Ticket ticket = *book.ticket(id);
    EXPECT_EQ(ticket.assignee, "Ben B.");
    ASSERT_THAT(ticket.comments, SizeIs(2));
    EXPECT_EQ(ticket.comments[0].author, "ada at board");
    EXPECT_EQ(ticket.comments[0].text, "we roll back");
    base::Border border({}, base::Secret("k"));
    EXPECT_THAT(plain(news_of(ticket, 0, border, "board")), Not(HasSubstr("we roll back")));
    EXPECT_THAT(plain(news_of(ticket, 0, border, "other")),
                HasSubstr("ada at board: we roll back"));
    bring();
    somebody("3");
    there.seen.comments.push_back({10, "ada", "thanks"});
    EXPECT_EQ(look(), 1);
    EXPECT_THAT(book.ticket(id)->comments, SizeIs(3));
}

TEST_F(Hearings, a_comment_that_is_read_twice_is_there_once) {
    look();
    Heard heard;
    heard.tracker = "board";
    heard.comments = {{"board:7", 0, "ada", "once"}};
    ASSERT_TRUE(book.hear(id, heard));
    const auto revision = book.ticket(id)->revision;
    ASSERT_TRUE(book.hear(id, heard));
    EXPECT_EQ(book.ticket(id)->revision, revision);
    EXPECT_THAT(book.ticket(id)->comments, SizeIs(1));
}

TEST_F(Hearings, a_step_that_is_not_legal_here_is_noted_and_not_made) {
    look();
    somebody("2");
    there.seen.status = "Backlog";
    there.seen.means = std::nullopt;
    EXPECT_EQ(look(), 1);
    EXPECT_EQ(book.ticket(id)->state, State::Open);
    EXPECT_THAT(book.ticket(id)->history.back().text, HasSubstr("stays as it is"));
}

TEST_F(Hearings, what_we_are_about_to_write_is_not_taken_for_somebodys_deed) {
    look();
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, ""));
    there.calls.clear();
    EXPECT_EQ(look(), 0);
    EXPECT_THAT(there.calls, IsEmpty()) << "the copy lags behind: it is not read";
    bring();
    EXPECT_EQ(look(), 0);
    EXPECT_EQ(book.ticket(id)->state, State::Resolved);
}

TEST_F(Hearings, reading_is_bounded_and_asked_with_the_mark_of_the_last_time) {
    look();
    there.calls.clear();
    ASSERT_TRUE(listener->look());
    EXPECT_THAT(there.calls, IsEmpty()) << "it was read a moment ago";
    look();
    EXPECT_THAT(there.calls, ElementsAre("read 1"));
    TrackerListener none(*store, book, sender->trackers(), clock, {.most_reads = 0});
    clock.time += base::kHour;
    there.calls.clear();
    EXPECT_EQ(*none.look(), 0);
    EXPECT_THAT(there.calls, IsEmpty());
}

TEST_F(Hearings, a_tracker_that_fails_is_left_alone_and_harms_nothing) {
    look();
    there.fails = Delivery::later("slow down", 20 * base::kMinute);
    EXPECT_EQ(look(), 0);
    there.calls.clear();
    EXPECT_EQ(look(), 0);
    EXPECT_THAT(there.calls, IsEmpty()) << "it asked for twenty minutes";
    there.fails.reset();
    clock.time += base::kHour;
    somebody("2");
    there.seen.assignee = "Ben";
    EXPECT_EQ(look(), 1);
}

TEST_F(Hearings, a_deleted_copy_is_said_once_and_then_left) {
    look();
    there.fails = Delivery::refused("not found", {{"status", 404}});
    EXPECT_EQ(look(), 1);
    EXPECT_THAT(book.ticket(id)->history.back().text, HasSubstr("R-1 is gone from board"));
    there.calls.clear();
    EXPECT_EQ(look(), 0);
    EXPECT_THAT(there.calls, IsEmpty());
    const Delivery refused = sender->deliver(parcel_of("board", *book.ticket(id)),
                                             [](const Json&) { return base::Status{}; });
    EXPECT_EQ(refused.outcome, Delivery::Outcome::Refused);
}

TEST_F(Hearings, hostile_words_stay_short_plain_text) {
    look();
    somebody("2");
    there.seen.assignee = std::string(5000, 'x') + "\r\n\x01";
    there.seen.comments = {{8, "\xff\nroot", std::string(100'000, 'y')}, {9, "", " \n "}};
    EXPECT_EQ(look(), 1);
    const Ticket ticket = *book.ticket(id);
    EXPECT_LE(ticket.assignee.size(), 132U);
    ASSERT_THAT(ticket.comments, SizeIs(1));
    EXPECT_LE(ticket.comments[0].text.size(), 4100U);
    EXPECT_EQ(ticket.comments[0].author.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace insight::tickets
