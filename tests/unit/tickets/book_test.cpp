#include "agent/tickets/book.h"

#include <gmock/gmock.h>

#include <thread>

#include "core/store/audit.h"
#include "tests/unit/outreach/fake_transport.h"
#include "tests/unit/tickets/reports.h"

namespace insight::tickets {
namespace {

using base::ErrorKind;
using base::Json;
using test::cause;
using test::report;
using testing::HasSubstr;

constexpr const char* kFirst = "inc-0000000000000001";
constexpr const char* kSecond = "inc-0000000000000002";

class Tickets : public testing::Test {
  protected:
    std::unique_ptr<store::Store> store = std::move(*store::open_store("sqlite:"));
    outreach::test::FixedClock clock;
    Book book{*store, clock};

    Entry record(const Json& what, bool asked = false) {
        auto entry = book.record(what, "service", asked);
        EXPECT_TRUE(entry) << entry.error().text();
        return entry.value_or(Entry{});
    }
    std::string last_event(const std::string& id) { return book.ticket(id)->history.back().text; }
};

TEST_F(Tickets, are_one_an_incident) {
    const Entry first = record(report());
    EXPECT_EQ(first.step, Step::Opened);
    EXPECT_EQ(first.ticket->id, "tkt-0000000000000001");
    EXPECT_EQ(first.ticket->title, "Slow: database orders-db (missing_index)");
    EXPECT_EQ(first.ticket->severity, "warning");
    EXPECT_EQ(record(report()).step, Step::None) << "nothing at all is new";
    EXPECT_EQ(book.tickets({})->size(), 1U);
    EXPECT_EQ(book.ticket(first.ticket->id)->revision, 1) << "and nobody has to hear of it";
}

TEST_F(Tickets, are_refreshed_in_place_by_the_same_finding) {
    record(report());
    Json later = report();
    later["summary"] = "orders-db lost an index; it is slower now.";
    later["evidence"]["E1"]["digest"] = "new";
    EXPECT_EQ(record(later).step, Step::Refreshed);
    const Ticket ticket = **book.of_incident(kFirst);
    EXPECT_EQ(ticket.finding.summary, "orders-db lost an index; it is slower now.");
    EXPECT_EQ(ticket.history.size(), 1U) << "no event";
}

TEST_F(Tickets, say_what_another_finding_changed) {
    record(report());
    Json later = report();
    later["causes"] = {cause("cache", "eviction", 0.9)};
    EXPECT_EQ(record(later).step, Step::Changed);
    EXPECT_EQ(last_event("tkt-0000000000000001"),
              "The cause is database cache (eviction), it was database orders-db (missing_index).");
}

TEST_F(Tickets, are_proposed_as_resolved_when_the_alerts_have_gone) {
    record(report());
    EXPECT_EQ(book.alerts_gone(kFirst, clock.time)->step, Step::Changed);
    EXPECT_EQ(book.alerts_gone(kFirst, clock.time)->step, Step::None) << "once";
    Ticket ticket = **book.of_incident(kFirst);
    EXPECT_EQ(ticket.state, State::Open) << "a person decides";
    ASSERT_TRUE(ticket.proposed);
    EXPECT_THAT(ticket.proposed->why, HasSubstr("No alert of inc-0000000000000001 fires"));
    EXPECT_EQ(book.alerts_back(kFirst)->step, Step::Reopened);
    ticket = **book.of_incident(kFirst);
    EXPECT_FALSE(ticket.proposed);
    EXPECT_EQ(book.alerts_back(kFirst)->step, Step::None);
}

TEST_F(Tickets, are_reopened_when_the_same_finding_comes_again) {
    const std::string id = record(report()).ticket->id;
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, "index is back"));
    const Entry again = record(report(kSecond));
    EXPECT_EQ(again.step, Step::Reopened);
    EXPECT_EQ(again.ticket->id, id);
    EXPECT_EQ(again.ticket->state, State::Investigating);
    EXPECT_EQ(again.ticket->recurrences, 1);
    EXPECT_EQ((**book.of_incident(kSecond)).id, id);
    EXPECT_EQ(record(report(kSecond)).step, Step::None);
    EXPECT_EQ(book.tickets({})->size(), 1U);
    EXPECT_EQ(book.alerts_gone(kFirst, 1)->step, Step::None)
        << "the earlier incident no longer speaks for the present";
}

TEST_F(Tickets, are_new_after_a_closed_one_and_for_another_cause) {
    const std::string id = record(report()).ticket->id;
    ASSERT_TRUE(book.transition(id, "anna", State::Closed, ""));
    EXPECT_EQ(record(report(kSecond)).step, Step::Opened) << "closed is a person's last word";
    Json elsewhere = report("inc-0000000000000003");
    elsewhere["causes"] = {cause("users-db", "missing_index", 0.9)};
    EXPECT_EQ(record(elsewhere).step, Step::Opened);
    EXPECT_EQ(book.tickets({})->size(), 3U);
}

TEST_F(Tickets, are_new_when_the_old_one_is_too_long_ago) {
    record(report());
    clock.time += 8 * 24 * base::kHour;
    EXPECT_EQ(record(report(kSecond)).step, Step::Opened);
}

TEST_F(Tickets, are_not_opened_for_what_needs_none_unless_asked) {
    Json well = report();
    well["verdict"] = "nothing_wrong";
    EXPECT_FALSE(record(well).ticket);
    Json question = report();
    question["incident"]["origin"] = "question";
    EXPECT_FALSE(record(question).ticket);
    EXPECT_EQ(record(question, true).step, Step::Opened);
    Book strict(*store, clock, Rules{"critical", {"alert"}, base::kHour});
    EXPECT_FALSE(strict.record(report(kSecond), "service")->ticket);
    Json page = report(kSecond);
    page["incident"]["alert"]["labels"]["severity"] = "critical";
    EXPECT_TRUE(strict.record(page, "service")->ticket) << "whoever wrote the alert knows";
}

TEST_F(Tickets, propose_their_end_when_a_new_look_finds_nothing_wrong) {
    record(report());
    Json well = report();
    well["verdict"] = "nothing_wrong";
    well["causes"] = Json::array();
    EXPECT_EQ(record(well).step, Step::Changed);
    EXPECT_TRUE((**book.of_incident(kFirst)).proposed);
}

TEST_F(Tickets, go_through_legal_states_only) {
    const std::string id = record(report()).ticket->id;
    ASSERT_TRUE(book.transition(id, "anna", State::Resolved, "done"));
    const auto illegal = book.transition(id, "anna", State::Open, "");
    EXPECT_EQ(illegal.error().kind, ErrorKind::Conflict);
    EXPECT_THAT(illegal.error().message, HasSubstr("is resolved and cannot become open"));
    EXPECT_EQ(book.ticket(id)->revision, 2);
    EXPECT_EQ(last_event(id), "From open to resolved: done");
    EXPECT_EQ(book.transition("tkt-none", "a", State::Open, "").error().kind, ErrorKind::NotFound);
}

TEST_F(Tickets, take_comments_assignees_and_links) {
    const std::string id = record(report()).ticket->id;
    ASSERT_TRUE(book.comment(id, "anna", "Looks like\nthe migration."));
    ASSERT_TRUE(book.assign(id, "anna", "ben"));
    ASSERT_TRUE(book.assign(id, "anna", "ben"));
    ASSERT_TRUE(book.link(id, "service", {"pull_request", "acme/shop#7", "https://g/7"}));
    ASSERT_TRUE(book.link(id, "service", {"pull_request", "acme/shop#7", "https://g/7"}));
    const Ticket ticket = *book.ticket(id);
    EXPECT_EQ(ticket.comments.at(0).text, "Looks like\nthe migration.");
    EXPECT_EQ(ticket.assignee, "ben");
    EXPECT_EQ(ticket.first_link("pull_request"), "acme/shop#7");
    EXPECT_EQ(ticket.revision, 4) << "what changes nothing is no change";
    for (const std::string& text : {std::string(), std::string(" \n"), std::string(5000, 'x')})
        EXPECT_EQ(book.comment(id, "anna", text).error().kind, ErrorKind::Invalid);
}

TEST_F(Tickets, leave_every_change_in_the_audit_chain) {
    const std::string id = record(report()).ticket->id;
    ASSERT_TRUE(book.transition(id, "anna", State::Closed, "no"));
    const auto entries = store->audit().entries(1, 10);
    ASSERT_EQ(entries->size(), 2U);
    EXPECT_EQ(entries->at(0).action, "ticket.opened");
    EXPECT_EQ(entries->at(1).action, "ticket.state");
    EXPECT_EQ(entries->at(1).actor, "anna");
    EXPECT_EQ(entries->at(1).incident, kFirst);
    EXPECT_EQ(*store->audit().verify(), 2);
}

TEST_F(Tickets, lose_no_comment_of_people_who_write_at_the_same_time) {
    const std::string id = record(report()).ticket->id;
    std::vector<std::thread> people;
    for (int person = 0; person < 4; ++person)
        people.emplace_back([&, person] {
            for (int i = 0; i < 10; ++i)
                EXPECT_TRUE(book.comment(id, "p" + std::to_string(person), "x"));
        });
    for (std::thread& one : people) one.join();
    EXPECT_EQ(book.ticket(id)->comments.size(), 40U);
}

TEST_F(Tickets, of_the_same_incident_are_one_for_many_recorders) {
    std::vector<std::thread> recorders;
    for (int i = 0; i < 6; ++i)
        recorders.emplace_back([&] { EXPECT_TRUE(book.record(report(), "service")); });
    for (std::thread& one : recorders) one.join();
    EXPECT_EQ(book.tickets({})->size(), 1U);
}

TEST_F(Tickets, for_prevention_are_opened_once_an_item) {
    const Ticket parent = *record(report()).ticket;
    const auto item = book.open_prevention(parent, "anna", "Review schema changes.");
    ASSERT_TRUE(item) << item.error().text();
    EXPECT_EQ(item->kind, "prevention");
    EXPECT_EQ(book.open_prevention(parent, "anna", "Review schema changes.")->id, item->id);
    EXPECT_EQ((**book.prevention(parent, "Review schema changes.")).id, item->id);
    EXPECT_FALSE(*book.prevention(parent, "Something else."));
    EXPECT_EQ(book.ticket(parent.id)->first_link("ticket"), item->id);
    EXPECT_EQ(book.tickets({})->size(), 2U);
}

TEST_F(Tickets, are_listed_by_state) {
    record(report());
    Json other = report(kSecond, "other group");
    ASSERT_TRUE(book.transition(record(other).ticket->id, "anna", State::Resolved, ""));
    Wish wish;
    wish.undone = true;
    EXPECT_EQ(book.tickets(wish)->size(), 1U);
    wish = {};
    wish.state = State::Resolved;
    EXPECT_EQ(book.tickets(wish)->at(0).first_link("incident"), kSecond);
}

}  // namespace
}  // namespace insight::tickets
