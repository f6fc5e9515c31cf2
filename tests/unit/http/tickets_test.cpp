// Tickets, the audit chain and approvals by link, over HTTP.
#include <gmock/gmock.h>

#include "agent/notifications/approval.h"
#include "agent/outreach/kept_key.h"
#include "agent/tickets/book.h"
#include "core/store/audit.h"
#include "core/store/outbox.h"
#include "tests/unit/http/live_server.h"
#include "tests/unit/tickets/reports.h"

namespace insight::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class TicketApi : public LiveServer {
  protected:
    std::string opened() {
        tickets::Book book(*store, clock);
        return book.record(tickets::test::report(), "service")->ticket->id;
    }
    std::string link_to(const std::string& key, base::Nanos lasts = base::kHour) {
        store::Parcel held;
        held.channel = "pull_request";
        held.key = key;
        held.state = store::ParcelState::Held;
        held.body = {{"title", "Create <the> index"}, {"diff", "+ CREATE INDEX"}};
        EXPECT_TRUE(store->outbox().post(held));
        const auto secret = outreach::kept_key(*store, notifications::kApprovalKey);
        return "/approve/" +
               notifications::sign(
                   {held.channel, key, notifications::digest_of(held.body), clock.now() + lasts},
                   *secret);
    }
    store::ParcelState state_of(const std::string& key) {
        const auto parcels = store->outbox().parcels({"pull_request", "", std::nullopt, 100});
        for (const store::Parcel& parcel : *parcels)
            if (parcel.key == key) return parcel.state;
        return store::ParcelState::Sent;
    }
};

constexpr const char* kTicketForm = "Content-Type: application/x-www-form-urlencoded\r\n";

TEST_F(TicketApi, lists_shows_and_changes_tickets) {
    start();
    const std::string id = opened();
    EXPECT_EQ(data(get("/api/v1/tickets"))["tickets"][0]["id"], id);
    EXPECT_EQ(data(get("/api/v1/tickets?state=resolved"))["tickets"].size(), 0U);
    EXPECT_EQ(data(get("/api/v1/tickets?state=undone"))["tickets"].size(), 1U);
    EXPECT_EQ(get("/api/v1/tickets?state=odd").status, 400);
    EXPECT_EQ(get("/api/v1/tickets/tkt-none").status, 404);
    const std::string path = "/api/v1/tickets/" + id;
    EXPECT_EQ(send("POST", path + "/comments", "", R"({"text":"on it"})").status, 200);
    EXPECT_EQ(send("POST", path + "/comments", "", R"({"text":" "})").status, 400);
    EXPECT_EQ(send("POST", path + "/comments", "", R"({"word":"x"})").status, 400);
    EXPECT_EQ(send("POST", path + "/assignee", "", R"({"assignee":"ben"})").status, 200);
    EXPECT_EQ(send("POST", path + "/state", "", R"({"state":"resolved","why":"x"})").status, 200);
    EXPECT_EQ(send("POST", path + "/state", "", R"({"state":"open"})").status, 409);
    EXPECT_EQ(send("POST", path + "/links", "",
                   R"({"kind":"pull_request","target":"a/b#1","url":"javascript:x"})")
                  .status,
              400);
    EXPECT_EQ(send("POST", path + "/links", "",
                   R"({"kind":"pull_request","target":"a/b#1","url":"https://g/1"})")
                  .status,
              200);
    const base::Json ticket = data(get(path));
    EXPECT_EQ(ticket["state"], "resolved");
    EXPECT_EQ(ticket["assignee"], "ben");
    EXPECT_EQ(ticket["comments"][0]["text"], "on it");
    EXPECT_EQ(ticket["history"].size(), 5U);
    EXPECT_TRUE(ticket["deliveries"].empty());
}

TEST_F(TicketApi, keeps_the_name_of_who_did_it) {
    add_token("opener", store::Role::Operator);
    add_token("looker", store::Role::Viewer);
    start();
    const std::string id = opened();
    const std::string path = "/api/v1/tickets/" + id + "/comments";
    EXPECT_EQ(send("POST", path, "Authorization: Bearer looker\r\n", R"({"text":"x"})").status,
              403);
    EXPECT_EQ(send("POST", path, "Authorization: Bearer opener\r\n", R"({"text":"x"})").status,
              200);
    EXPECT_EQ((*store->audit().entries(2, 1))[0].actor, "the operator");
    EXPECT_EQ(get("/api/v1/audit", "Authorization: Bearer opener\r\n").status, 403);
}

TEST_F(TicketApi, roles_bodies_limits_and_ids_are_checked_before_anything_changes) {
    add_token("o", store::Role::Operator);
    add_token("v", store::Role::Viewer);
    start();
    const std::string id = opened();
    const std::string path = "/api/v1/tickets/" + id;
    const auto revision = [&] {
        return data(get(path, bearer("v")))["revision"].get<std::int64_t>();
    };
    const auto before = revision();
    EXPECT_EQ(get("/api/v1/tickets").status, 401);
    for (const char* what : {"/comments", "/assignee", "/state", "/links"}) {
        EXPECT_EQ(send("POST", path + what, "", R"({"text":"x"})").status, 401) << what;
        EXPECT_EQ(send("POST", path + what, bearer("v"), R"({"text":"x"})").status, 403) << what;
        for (const std::string& body :
             {std::string(), std::string("{"), std::string("[]"), std::string("7"),
              std::string(R"({"unknown":"x"})"), std::string(R"({"text":7,"state":7,"kind":7})"),
              std::string(R"({"text":{"a":1}})")})
            EXPECT_EQ(send("POST", path + what, bearer("o"), body).status, 400) << what << body;
        EXPECT_GE(send("POST", path + what, bearer("o"),
                       R"({"text":")" + std::string(70'000, 'x') + "\"}")
                      .status,
                  400);
        EXPECT_EQ(send("DELETE", path + what, bearer("o")).status, 405);
    }
    EXPECT_EQ(send("POST", path + "/comments", bearer("o"),
                   R"({"text":")" + std::string(4097, 'x') + "\"}")
                  .status,
              400);
    EXPECT_EQ(send("POST", path + "/assignee", bearer("o"),
                   R"({"assignee":")" + std::string(129, 'x') + "\"}")
                  .status,
              400);
    EXPECT_EQ(send("POST", path + "/state", bearer("o"), R"({"state":"done"})").status, 400);
    EXPECT_EQ(
        send("POST", path + "/links", bearer("o"), R"({"kind":"incident","target":"x"})").status,
        400);
    EXPECT_EQ(send("POST", path + "/links", bearer("o"),
                   R"({"kind":"ticket","target":")" + std::string(301, 'x') + "\"}")
                  .status,
              400);
    EXPECT_EQ(revision(), before) << "what was refused changed nothing";
    for (const char* other : {"tkt-none", "..", "%00", "%ff", "a%2fb"})
        EXPECT_EQ(send("POST", std::string("/api/v1/tickets/") + other + "/comments", bearer("o"),
                       R"({"text":"x"})")
                      .status,
                  404)
            << other;
    for (const char* limit : {"0", "201", "-1", "x", "1e3", "99999999999999999999", ""})
        EXPECT_EQ(get(std::string("/api/v1/tickets?limit=") + limit, bearer("v")).status, 400)
            << limit;
    EXPECT_EQ(get("/api/v1/tickets?limit=200", bearer("v")).status, 200);
}

TEST_F(TicketApi, one_is_opened_for_an_incident_that_has_a_report_and_only_once) {
    start();
    EXPECT_EQ(send("POST", "/api/v1/tickets", "", R"({"incident":"inc-none"})").status, 404);
    EXPECT_EQ(send("POST", "/api/v1/tickets", "", R"({})").status, 400);
    EXPECT_EQ(send("POST", "/api/v1/tickets", "", R"({"incident":7})").status, 400);
    EXPECT_TRUE(data(get("/api/v1/tickets"))["tickets"].empty());
}

TEST_F(TicketApi, shows_the_audit_chain_in_pages) {
    start();
    opened();
    const base::Json page = data(get("/api/v1/audit?limit=1"));
    EXPECT_EQ(page["entries"][0]["action"], "ticket.opened");
    EXPECT_EQ(page["next"], 2);
    EXPECT_TRUE(data(get("/api/v1/audit?from=2"))["next"].is_null());
    EXPECT_EQ(get("/api/v1/audit?from=0").status, 400);
    EXPECT_EQ(get("/api/v1/audit?limit=1001").status, 400);
}

TEST_F(TicketApi, a_link_shows_and_only_a_post_decides_once) {
    add_token("t", store::Role::Admin);
    start();
    const std::string link = link_to("fix-1");
    for (int i = 0; i < 3; ++i) {
        const Answer shown = get(link);
        EXPECT_EQ(shown.status, 200);
        EXPECT_THAT(shown.body, HasSubstr("Create &lt;the&gt; index"));
        EXPECT_THAT(shown.body, HasSubstr("CREATE INDEX"));
    }
    EXPECT_EQ(state_of("fix-1"), store::ParcelState::Held) << "looking decides nothing";
    EXPECT_EQ(send("POST", link, kTicketForm, "decision=approve").status, 400) << "no name";
    EXPECT_EQ(send("POST", link, kTicketForm, "decision=perhaps&name=anna").status, 400);
    EXPECT_EQ(state_of("fix-1"), store::ParcelState::Held);
    EXPECT_EQ(send("POST", link, kTicketForm, "decision=approve&name=anna").status, 200);
    EXPECT_EQ(state_of("fix-1"), store::ParcelState::Waiting);
    EXPECT_EQ(send("POST", link, kTicketForm, "decision=refuse&name=ben").status, 409);
    EXPECT_EQ(get(link).status, 409);
    const auto entry = store->audit().entries(1, 1)->at(0);
    EXPECT_EQ(entry.action, "approval.given");
    EXPECT_EQ(entry.actor, "anna");
}

TEST_F(TicketApi, a_link_that_is_old_or_changed_decides_nothing) {
    start();
    const std::string old = link_to("fix-1", -1);
    EXPECT_EQ(send("POST", old, kTicketForm, "decision=approve&name=anna").status, 409);
    std::string changed = link_to("fix-2");
    changed.back() = changed.back() == '0' ? '1' : '0';
    EXPECT_EQ(send("POST", changed, kTicketForm, "decision=approve&name=anna").status, 400);
    EXPECT_EQ(get("/approve/x").status, 400);
    EXPECT_EQ(state_of("fix-1"), store::ParcelState::Held);
    EXPECT_EQ(state_of("fix-2"), store::ParcelState::Held);
    const std::string refused = link_to("fix-3");
    EXPECT_EQ(send("POST", refused, kTicketForm, "decision=refuse&name=anna").status, 200);
    EXPECT_EQ(state_of("fix-3"), store::ParcelState::Refused);
}

}  // namespace
}  // namespace insight::http::test
