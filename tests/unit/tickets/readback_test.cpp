// Jira and GitHub Issues read back and examined: what is asked, and what the answers mean.
#include <gmock/gmock.h>

#include "agent/tickets/adf.h"
#include "agent/tickets/github_issues.h"
#include "agent/tickets/jira.h"
#include "core/net/authorization.h"
#include "tests/unit/outreach/fake_transport.h"

namespace insight::tickets {
namespace {

using base::Json;
using outreach::test::answer;
using outreach::test::FakeTransport;
using testing::HasSubstr;
using testing::SizeIs;

const outreach::test::FixedClock kReadClock;

Ticket ticket_in(State state = State::Open) {
    Ticket one;
    one.id = "tkt-1";
    one.state = state;
    return one;
}

outreach::Party tracker_party(FakeTransport& transport) {
    outreach::Party one("the tracker", "https://t.example", transport, kReadClock);
    one.authorize(net::bearer(base::Secret("t0ken")));
    return one;
}

Jira jira(FakeTransport& transport, std::map<std::string, std::string> states = {}) {
    return Jira(tracker_party(transport), {true, "OPS", "Task", {}, std::move(states), {}});
}

Json issue(const std::string& status, const std::string& category, const std::string& updated) {
    return {{"fields",
             {{"status", {{"name", status}, {"statusCategory", {{"key", category}}}}},
              {"assignee", {{"displayName", "Ben B."}}},
              {"updated", updated}}}};
}

TEST(JiraRead, asks_for_comments_only_when_the_issue_has_changed) {
    FakeTransport transport([](const net::Request& request) {
        return request.url.find("/comment") != std::string::npos
                   ? answer(200, R"({"comments":[]})")
                   : answer(200, base::dump_json(issue("To Do", "new", "2026-11-21T10:00")));
    });
    auto one = jira(transport);
    const auto first = one.read({"OPS-7", ""}, ticket_in(), {});
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->status, "To Do");
    EXPECT_EQ((*first)->assignee, "Ben B.");
    EXPECT_THAT(transport.requests, SizeIs(2));
    const auto again = one.read({"OPS-7", ""}, ticket_in(), {(*first)->stamp, 0});
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->has_value());
    EXPECT_THAT(transport.requests, SizeIs(3));
}

TEST(JiraRead, statuses_mean_states_by_configuration_first_and_category_else) {
    const auto means = [](const std::string& status, const std::string& category, State now,
                          std::map<std::string, std::string> states) {
        FakeTransport transport([&](const net::Request& request) {
            return request.url.find("/comment") != std::string::npos
                       ? answer(200, "{}")
                       : answer(200, base::dump_json(issue(status, category, "x")));
        });
        return (*jira(transport, std::move(states)).read({"OPS-7", ""}, ticket_in(now), {}))->means;
    };
    const std::map<std::string, std::string> states{
        {"investigating", "In Progress"}, {"mitigated", "In Progress"}, {"closed", "Done"}};
    EXPECT_EQ(means("in progress", "indeterminate", State::Open, states), State::Investigating);
    EXPECT_EQ(means("In Progress", "indeterminate", State::Mitigated, states), State::Mitigated);
    EXPECT_EQ(means("Done", "done", State::Open, states), State::Closed);
    EXPECT_EQ(means("Won't do", "done", State::Open, states), State::Resolved);
    EXPECT_EQ(means("To Do", "new", State::Open, {}), std::nullopt);
    EXPECT_EQ(means("Reopened", "new", State::Resolved, {}), State::Investigating);
}

TEST(JiraRead, our_own_comments_are_known_by_their_last_line) {
    std::string posted;
    FakeTransport transport([&](const net::Request& request) {
        if (request.method == "POST") {
            posted = request.body;
            return answer(201, "{}");
        }
        if (request.url.find("/comment") == std::string::npos)
            return answer(200, base::dump_json(issue("To Do", "new", "x")));
        Json ours = base::parse_json(posted, "x").value();
        ours["id"] = "11";
        Json theirs{{"id", "12"},
                    {"author", {{"displayName", "Ada"}}},
                    {"body",
                     {{"type", "doc"},
                      {"content",
                       {{{"type", "paragraph"},
                         {"content", {{{"type", "text"}, {"text", "I take it"}}}}}}}}}};
        return answer(200, base::dump_json({{"comments", {theirs, ours}}}));
    });
    auto one = jira(transport);
    ASSERT_TRUE(
        one.comment({"OPS-7", ""}, ticket_in(), {{Block::Kind::Text, "It is the pool.", ""}}));
    const auto seen = one.read({"OPS-7", ""}, ticket_in(), {});
    ASSERT_TRUE(seen && *seen);
    ASSERT_THAT((*seen)->comments, SizeIs(1));
    EXPECT_EQ((*seen)->comments[0].author, "Ada");
    EXPECT_EQ((*seen)->comments[0].text, "I take it");
    const auto later = one.read({"OPS-7", ""}, ticket_in(), {"", 12});
    EXPECT_TRUE((*later)->comments.empty());
}

TEST(GithubRead, asks_with_the_etag_and_takes_304_for_nothing_new) {
    FakeTransport transport([](const net::Request& request) {
        for (const auto& [name, value] : request.headers)
            if (name == "If-None-Match" && value == "\"e1\"") return answer(304);
        return answer(200, R"({"state":"open","comments":0})", {{"ETag", "\"e1\""}});
    });
    GithubIssues github(tracker_party(transport), {"a/b", {}});
    const auto first = github.read({"7", ""}, ticket_in(), {});
    ASSERT_TRUE(first && *first);
    EXPECT_EQ((*first)->stamp, "\"e1\"");
    const auto again = github.read({"7", ""}, ticket_in(), {(*first)->stamp, 0});
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->has_value());
    EXPECT_THAT(transport.requests, SizeIs(2)) << "without comments none are asked for";
}

TEST(GithubRead, people_close_reopen_assign_and_comment) {
    Json one{{"state", "closed"},
             {"state_reason", "completed"},
             {"assignee", {{"login", "ben"}}},
             {"comments", 2}};
    FakeTransport transport([&](const net::Request& request) {
        if (request.url.find("/comments") == std::string::npos)
            return answer(200, base::dump_json(one));
        return answer(200,
                      R"([{"id":5,"user":{"login":"bot"},"body":"news\n\n<!-- insight:tkt-1 -->"},
                               {"id":6,"user":{"login":"ada"},"body":"fixed it"}])");
    });
    GithubIssues github(tracker_party(transport), {"a/b", {}});
    auto seen = github.read({"7", ""}, ticket_in(), {});
    EXPECT_EQ((*seen)->means, State::Resolved);
    EXPECT_EQ((*seen)->assignee, "ben");
    ASSERT_THAT((*seen)->comments, SizeIs(1));
    EXPECT_EQ((*seen)->comments[0].text, "fixed it");
    one["state_reason"] = "not_planned";
    EXPECT_EQ((*github.read({"7", ""}, ticket_in(), {}))->means, State::Closed);
    one["state"] = "open";
    EXPECT_EQ((*github.read({"7", ""}, ticket_in(State::Resolved), {}))->means,
              State::Investigating);
    EXPECT_EQ((*github.read({"7", ""}, ticket_in(State::Closed), {}))->means, State::Open);
}

TEST(GithubRead, a_revoked_token_and_a_deleted_issue_are_told_apart) {
    int status = 401;
    FakeTransport transport([&](const net::Request&) { return answer(status, "{}"); });
    GithubIssues github(tracker_party(transport), {"a/b", {}});
    EXPECT_EQ(github.read({"7", ""}, ticket_in(), {}).error().outcome,
              agent::Delivery::Outcome::Later);
    status = 404;
    const auto gone = github.read({"7", ""}, ticket_in(), {});
    EXPECT_EQ(gone.error().outcome, agent::Delivery::Outcome::Refused);
    EXPECT_EQ(gone.error().answer["status"], 404);
}

TEST(AdfText, reads_documents_of_people_and_survives_others) {
    const Json document{{"type", "doc"},
                        {"content",
                         {{{"type", "paragraph"},
                           {"content",
                            {{{"type", "text"}, {"text", "hi "}},
                             {{"type", "mention"}, {"attrs", {{"text", "@ada"}}}},
                             {{"type", "hardBreak"}},
                             {{"type", "text"}, {"text", "two"}}}}},
                          {{"type", "paragraph"}}}}};
    EXPECT_EQ(adf_text(document), "hi @ada\ntwo");
    EXPECT_EQ(adf_text(Json::array()), "");
    Json deep = {{"type", "text"}, {"text", "x"}};
    for (int i = 0; i < 200; ++i) deep = {{"type", "doc"}, {"content", {deep}}};
    EXPECT_EQ(adf_text(deep), "");
}

TEST(JiraExamine, names_what_is_missing_and_how_to_mend_it) {
    FakeTransport transport([](const net::Request& request) {
        const auto has = [&](const char* part) {
            return request.url.find(part) != std::string::npos;
        };
        EXPECT_EQ(request.method, "GET") << "looking writes nothing";
        if (has("/myself")) return answer(200, R"({"displayName":"Bot"})");
        if (has("/statuses"))
            return answer(200, R"([{"statuses":[{"name":"To Do"},{"name":"Done"}]}])");
        if (has("/mypermissions"))
            return answer(200,
                          R"({"permissions":{"BROWSE_PROJECTS":{"havePermission":true},
                              "CREATE_ISSUES":{"havePermission":true},
                              "EDIT_ISSUES":{"havePermission":true},
                              "ADD_COMMENTS":{"havePermission":false},
                              "TRANSITION_ISSUES":{"havePermission":true}}})");
        return answer(200, R"({"name":"Operations","issueTypes":[{"name":"Bug"}]})");
    });
    const auto checks = jira(transport, {{"resolved", "Fertig"}}).examine();
    ASSERT_THAT(checks, SizeIs(5));
    EXPECT_TRUE(checks[0].ok);
    EXPECT_EQ(checks[0].finding, "as Bot");
    EXPECT_TRUE(checks[1].ok);
    EXPECT_FALSE(checks[2].ok);
    EXPECT_THAT(checks[2].finding, HasSubstr("Bug"));
    EXPECT_FALSE(checks[3].ok);
    EXPECT_THAT(checks[3].fix, HasSubstr("ADD_COMMENTS"));
    EXPECT_FALSE(checks[4].ok);
    EXPECT_THAT(checks[4].finding, HasSubstr("Fertig (resolved)"));
}

TEST(JiraExamine, ends_where_nothing_more_can_be_known) {
    for (const int status : {401, 404, 503}) {
        FakeTransport transport([&](const net::Request&) { return answer(status, "{}"); });
        const auto checks = jira(transport).examine();
        ASSERT_THAT(checks, SizeIs(1));
        EXPECT_FALSE(checks[0].ok);
        EXPECT_FALSE(checks[0].fix.empty());
    }
    FakeTransport dead([](const net::Request&) {
        return base::Result<net::Response>(
            base::fail(base::ErrorKind::Unavailable, "no route to host"));
    });
    EXPECT_THAT(jira(dead).examine()[0].fix, HasSubstr("check the URL"));
}

TEST(GithubExamine, says_whether_issues_can_be_changed) {
    Json repository{{"has_issues", false}, {"permissions", {{"push", false}, {"triage", false}}}};
    FakeTransport transport([&](const net::Request& request) {
        EXPECT_EQ(request.method, "GET");
        return request.url.ends_with("/rate_limit") ? answer(200, "{}")
                                                    : answer(200, base::dump_json(repository));
    });
    GithubIssues github(tracker_party(transport), {"a/b", {}});
    const auto checks = github.examine();
    ASSERT_THAT(checks, SizeIs(4));
    EXPECT_FALSE(checks[2].ok);
    EXPECT_THAT(checks[2].fix, HasSubstr("turn issues on"));
    EXPECT_FALSE(checks[3].ok);
    repository = {{"has_issues", true}, {"permissions", {{"push", true}}}};
    for (const auto& one : github.examine()) EXPECT_TRUE(one.ok) << one.what;
}

}  // namespace
}  // namespace insight::tickets
