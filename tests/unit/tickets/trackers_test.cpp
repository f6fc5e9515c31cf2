// Jira, GitHub Issues and webhooks: what is asked of them, and what their answers mean.
#include <gmock/gmock.h>

#include "agent/tickets/github_issues.h"
#include "agent/tickets/jira.h"
#include "agent/tickets/webhook.h"
#include "core/base/crypto.h"
#include "core/net/authorization.h"
#include "tests/unit/outreach/fake_transport.h"

namespace insight::tickets {
namespace {

using agent::Delivery;
using base::Json;
using outreach::test::answer;
using outreach::test::FakeTransport;
using testing::HasSubstr;

const outreach::test::FixedClock kClock;
const Sheet kSheet{"title", {{Block::Kind::Text, "text", ""}}};

Ticket ticket(State state = State::Open) {
    Ticket one;
    one.id = "tkt-1";
    one.severity = "critical";
    one.state = state;
    one.revision = 3;
    return one;
}

outreach::Party party(FakeTransport& transport, const std::string& url = "https://jira.example") {
    outreach::Party one("the tracker", url + "/", transport, kClock);
    one.authorize(net::bearer(base::Secret("t0ken")));
    return one;
}

JiraSettings settings(bool cloud) {
    return {cloud,
            "OPS",
            "Bug",
            {"insight"},
            {{"resolved", "Done"}, {"investigating", "In Progress"}},
            {{"critical", "Highest"}}};
}

TEST(Jira, makes_an_issue_that_it_can_find_again) {
    FakeTransport transport([](const net::Request& request) {
        return request.method == "POST" ? answer(201, R"({"id":"1","key":"OPS-7"})")
                                        : answer(200, R"({"issues":[{"key":"OPS-7"}]})");
    });
    Jira jira(party(transport), settings(true));
    const auto made = jira.create(ticket(), kSheet);
    ASSERT_TRUE(made) << made.error().note;
    EXPECT_EQ(made->key, "OPS-7");
    EXPECT_EQ(made->url, "https://jira.example/browse/OPS-7");
    EXPECT_EQ(transport.line(0), "POST https://jira.example/rest/api/3/issue");
    const Json fields = transport.body(0)["fields"];
    EXPECT_EQ(fields["project"]["key"], "OPS");
    EXPECT_EQ(fields["issuetype"]["name"], "Bug");
    EXPECT_EQ(fields["labels"], Json({"insight", "insight-tkt-1"}));
    EXPECT_EQ(fields["priority"]["name"], "Highest");
    EXPECT_EQ(fields["description"]["type"], "doc");
    EXPECT_EQ(transport.requests[0].authorization->reveal(), "Bearer t0ken");
    const auto found = jira.find(ticket());
    ASSERT_TRUE(found && *found);
    EXPECT_THAT(transport.line(1), HasSubstr("/rest/api/3/search/jql?jql="));
    EXPECT_THAT(transport.line(1), HasSubstr("insight-tkt-1"));
}

TEST(Jira, speaks_wiki_markup_to_a_server_of_its_own) {
    FakeTransport transport([](const net::Request&) { return answer(201, R"({"key":"OPS-7"})"); });
    Jira jira(party(transport), settings(false));
    ASSERT_TRUE(jira.create(ticket(), kSheet));
    EXPECT_EQ(transport.line(0), "POST https://jira.example/rest/api/2/issue");
    EXPECT_EQ(transport.body(0)["fields"]["description"], "text");
    ASSERT_TRUE(jira.comment({"OPS-7", ""}, ticket(), kSheet.body));
    EXPECT_EQ(transport.body(1)["body"], "text\n\n(tkt-1, from DevOps Insight)");
}

Attempt<std::string> moved(FakeTransport& transport, State state) {
    Jira jira(party(transport), settings(true));
    return jira.move({"OPS-7", ""}, ticket(state));
}

TEST(Jira, goes_through_the_transition_that_leads_to_the_state) {
    FakeTransport transport([](const net::Request& request) {
        if (request.url.ends_with("?fields=status"))
            return answer(200, R"({"fields":{"status":{"name":"To Do"}}})");
        if (request.method == "GET")
            return answer(200, R"({"transitions":[{"id":"11","to":{"name":"In Review"}},
                                                  {"id":"31","to":{"name":"DONE"}}]})");
        return answer(204);
    });
    EXPECT_EQ(*moved(transport, State::Resolved), "");
    EXPECT_EQ(transport.body(2)["transition"]["id"], "31");
    EXPECT_THAT(*moved(transport, State::Investigating),
                HasSubstr("its workflow leads from there to In Review, DONE, not to In Progress"));
    const std::size_t before = transport.requests.size();
    EXPECT_EQ(*moved(transport, State::Mitigated), "") << "not mapped: left where it is";
    EXPECT_EQ(transport.requests.size(), before);
}

TEST(Jira, stays_where_it_is_already) {
    FakeTransport transport([](const net::Request&) {
        return answer(200, R"({"fields":{"status":{"name":"done"}}})");
    });
    EXPECT_EQ(*moved(transport, State::Resolved), "");
    EXPECT_EQ(transport.requests.size(), 1U);
}

TEST(Jira, says_what_a_refusal_means) {
    FakeTransport transport([](const net::Request&) {
        return answer(400, R"({"errors":{"project":"valid project is required"}})");
    });
    const auto refused = Jira(party(transport), settings(true)).create(ticket(), kSheet);
    EXPECT_EQ(refused.error().outcome, Delivery::Outcome::Refused);
    EXPECT_THAT(refused.error().note, HasSubstr("valid project is required"));
    FakeTransport odd([](const net::Request&) { return answer(200, "<html>log in</html>"); });
    EXPECT_EQ(Jira(party(odd), settings(true)).create(ticket(), kSheet).error().outcome,
              Delivery::Outcome::Later);
}

TEST(GithubIssues, opens_changes_and_closes_an_issue) {
    FakeTransport transport([](const net::Request& request) {
        if (request.method == "GET")
            return answer(200, R"([{"number":4,"body":null},
                {"number":12,"html_url":"https://g/12","body":"x\n<!-- insight:tkt-1 -->"}])");
        return answer(201, R"({"number":12,"html_url":"https://g/12"})");
    });
    GithubIssues issues(party(transport, "https://api.github.com"), {"acme/shop", {"incident"}});
    const auto made = issues.create(ticket(), kSheet);
    ASSERT_TRUE(made) << made.error().note;
    EXPECT_EQ(made->key, "12");
    EXPECT_EQ(transport.line(0), "POST https://api.github.com/repos/acme/shop/issues");
    EXPECT_EQ(transport.body(0)["labels"], Json({"incident"}));
    EXPECT_THAT(transport.body(0)["body"].get<std::string>(), HasSubstr("<!-- insight:tkt-1 -->"));
    EXPECT_EQ(transport.header(0, "X-GitHub-Api-Version"), "2022-11-28");
    EXPECT_EQ((**issues.find(ticket())).key, "12");
    ASSERT_TRUE(issues.move(*made, ticket(State::Resolved)));
    EXPECT_EQ(transport.body(2), Json({{"state", "closed"}, {"state_reason", "completed"}}));
    ASSERT_TRUE(issues.move(*made, ticket(State::Investigating)));
    EXPECT_EQ(transport.body(3), Json({{"state", "open"}, {"state_reason", "reopened"}}));
}

TEST(GithubIssues, waits_as_long_as_the_rate_limit_lasts) {
    FakeTransport transport([](const net::Request&) {
        return answer(403, "{}",
                      {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1700000060"}});
    });
    GithubIssues issues(party(transport), {"acme/shop", {}});
    const auto limited = issues.comment({"12", ""}, ticket(), kSheet.body);
    EXPECT_EQ(limited.error().delay, base::kMinute);
}

TEST(TicketWebhook, is_signed_and_names_itself) {
    FakeTransport transport(
        [](const net::Request&) { return answer(200, R"({"id":99,"url":"https://t/99"})"); });
    Webhook webhook(party(transport), {std::nullopt, "application/json", base::Secret("k")});
    const auto made = webhook.create(ticket(), kSheet);
    ASSERT_TRUE(made) << made.error().note;
    EXPECT_EQ(made->key, "99");
    EXPECT_EQ(made->url, "https://t/99");
    EXPECT_EQ(transport.header(0, "Idempotency-Key"), "tkt-1/opened/3");
    EXPECT_EQ(transport.header(0, "X-Insight-Signature"),
              "sha256=" + base::hex(base::hmac_sha256("k", transport.requests[0].body)));
    EXPECT_EQ(transport.body(0)["event"], "opened");
    EXPECT_FALSE(transport.body(0)["ticket"].contains("finding")) << "it has not been redacted";
}

TEST(TicketWebhook, is_written_by_its_template) {
    FakeTransport transport([](const net::Request&) { return answer(204); });
    Webhook webhook(party(transport),
                    {*outreach::Template::parse(R"({"subject": "{{ticket.id}}: {{title}}"})"),
                     "application/json",
                     {}});
    ASSERT_TRUE(webhook.create(ticket(), {"a \"b\"", {}}));
    EXPECT_EQ(transport.body(0)["subject"], "tkt-1: a \"b\"");
}

}  // namespace
}  // namespace insight::tickets
