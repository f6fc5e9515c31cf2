// Prints what we would send to vendors, one JSON object a line: {vendor, body}. Ordinary, empty,
// hostile and huge messages.
#include <cstdio>

#include "agent/notifications/opsgenie.h"
#include "agent/notifications/pagerduty.h"
#include "agent/notifications/slack.h"
#include "agent/notifications/teams.h"
#include "agent/tickets/adf.h"
#include "agent/tickets/github_issues.h"
#include "tests/unit/outreach/fake_transport.h"

namespace {

using insight::base::Json;
using insight::notifications::Message;

Message ordinary() {
    Message one;
    one.id = "tkt-3fe67b9279fdf020";
    one.incident = "inc-3fe67b9279fdf020";
    one.title = "OrdersStatementsSlow: database orders-db (missing_index)";
    one.severity = "warning";
    one.state = "open";
    one.summary = "Index orders_customer_id_idx on public.orders was dropped.";
    one.facts = {{"State", "open"}, {"Cause", "database orders-db (missing_index)"}};
    one.links = {{"Report", "https://insight.example.org/incidents/inc-3fe67b9279fdf020"},
                 {"jira:OPS-7", "https://jira.example.org/browse/OPS-7"}};
    one.news = {"The severity is critical, it was warning."};
    one.time = 1'700'000'000 * insight::base::kSecond;
    return one;
}

Message bare() {
    Message one;
    one.id = "tkt-1";
    one.title = "x";
    one.severity = "info";
    one.state = "open";
    return one;
}

Message hostile() {
    Message one = ordinary();
    one.title = "<!channel> \"quoted\" \xf0\x9f\x92\xa5 \\ [x](y)";
    one.summary = "<script>alert(1)</script> & {{ticket}} \t tab";
    one.facts.emplace_back("<b>", "*_`~");
    return one;
}

Message huge() {
    Message one = ordinary();
    one.title = std::string(4000, 'T');
    one.summary = std::string(60'000, '&');
    for (int i = 0; i < 60; ++i) {
        one.facts.emplace_back("fact", std::string(4000, 'f'));
        one.links.emplace_back(std::string(300, 'l'), "https://example.org/" + std::to_string(i));
        one.news.emplace_back(500, 'n');
    }
    return one;
}

void show(const char* vendor, const Json& body) {
    std::printf("%s\n", insight::base::dump_json({{"vendor", vendor}, {"body", body}}).c_str());
}

// What is asked of GitHub in the life of a ticket: {method, target, body}.
void show_github(const insight::tickets::Blocks& blocks) {
    using namespace insight;
    outreach::test::FakeTransport transport([](const net::Request& request) {
        return outreach::test::answer(200, request.method == "GET" ? "[]" : R"({"number":12})");
    });
    const outreach::test::FixedClock clock;
    tickets::GithubIssues issues(
        outreach::Party("github", "https://api.github.com", transport, clock),
        {"octo/shop", {"incident"}});
    tickets::Ticket ticket;
    ticket.id = "tkt-1";
    const tickets::Sheet sheet{blocks.front().text.substr(0, 250), blocks};
    const tickets::Remote remote{"12", ""};
    (void)issues.find(ticket);
    (void)issues.create(ticket, sheet);
    (void)issues.update(remote, ticket, sheet);
    (void)issues.comment(remote, ticket, blocks);
    (void)issues.move(remote, ticket);
    ticket.state = tickets::State::Resolved;
    (void)issues.move(remote, ticket);
    const std::string host = "https://api.github.com";
    for (std::size_t i = 0; i < transport.requests.size(); ++i)
        show("github", {{"method", transport.requests[i].method},
                        {"target", transport.requests[i].url.substr(host.size())},
                        {"body", transport.requests[i].body}});
}

}  // namespace

int main() {
    using namespace insight;
    for (const Message& message : {ordinary(), bare(), hostile(), huge()}) {
        show("slack", notifications::slack_body(message));
        show("teams", notifications::adaptive_card(message));
        show("opsgenie", notifications::Opsgenie::alert_of(message));
        for (const char* state : {"open", "investigating", "resolved"}) {
            Message moved = message;
            moved.state = state;
            show("pagerduty", notifications::PagerDuty::event_of(moved, "devops-insight"));
        }
        tickets::Blocks blocks{{tickets::Block::Kind::Heading, message.title, ""},
                               {tickets::Block::Kind::Text, message.summary, ""},
                               {tickets::Block::Kind::Text, "", ""}};
        for (const auto& [what, url] : message.links)
            blocks.push_back({tickets::Block::Kind::Item, what, url});
        show("adf", tickets::adf(blocks));
        show_github(blocks);
    }
    show("adf", tickets::adf({}));
    return 0;
}
