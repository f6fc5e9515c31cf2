#include "agent/tickets/ticket.h"

#include <gmock/gmock.h>

namespace insight::tickets {
namespace {

TEST(States, lead_forward_and_back_only_where_work_goes_on) {
    using S = State;
    EXPECT_TRUE(may_follow(S::Open, S::Investigating));
    EXPECT_TRUE(may_follow(S::Open, S::Closed));
    EXPECT_TRUE(may_follow(S::Mitigated, S::Investigating));
    EXPECT_TRUE(may_follow(S::Resolved, S::Investigating));
    EXPECT_TRUE(may_follow(S::Closed, S::Open));
    EXPECT_FALSE(may_follow(S::Closed, S::Resolved));
    EXPECT_FALSE(may_follow(S::Resolved, S::Open));
    EXPECT_FALSE(may_follow(S::Investigating, S::Open));
    for (const S state : {S::Open, S::Investigating, S::Mitigated, S::Resolved, S::Closed}) {
        EXPECT_FALSE(may_follow(state, state));
        EXPECT_EQ(*state_from(name(state)), state);
    }
    EXPECT_FALSE(state_from("done"));
}

TEST(Ticket, comes_back_from_the_store_whole) {
    Ticket ticket;
    ticket.id = "tkt-1";
    ticket.kind = "incident";
    ticket.state = State::Mitigated;
    ticket.proposed = Proposal{7, "gone"};
    ticket.links = {{"incident", "inc-1", ""}, {"issue", "jira:OPS-1", "https://j"}};
    ticket.comments = {{"c1", 5, "anna", "text"}};
    ticket.opened_at = 1;
    ticket.revision = 4;
    note(ticket, 3, "opened", "service", "It began.");
    const auto back = ticket_from_json(stored_json(ticket));
    ASSERT_TRUE(back) << back.error().text();
    EXPECT_EQ(stored_json(*back), stored_json(ticket));
    EXPECT_EQ(back->history.at(0).revision, 5);
    EXPECT_EQ(to_json(*back)["openedAt"], "1970-01-01T00:00:00.000000001Z");
    EXPECT_FALSE(ticket_from_json({{"id", "tkt-1"}, {"state", "odd"}}));
}

TEST(Ticket, keeps_its_beginning_however_long_it_lives) {
    Ticket ticket;
    note(ticket, 1, "opened", "service", "first");
    for (int i = 0; i < 1000; ++i) note(ticket, 2, "comment", "anna", std::to_string(i));
    EXPECT_EQ(ticket.history.size(), 200U);
    EXPECT_EQ(ticket.history.front().text, "first");
    EXPECT_EQ(ticket.history.back().text, "999");
    EXPECT_EQ(ticket.dropped_history, 801);
}

}  // namespace
}  // namespace insight::tickets
