#include "agent/tickets/github_issues.h"

#include <fmt/format.h>

namespace insight::tickets {
namespace {

using base::Json;

// New issues are at the top of the list; one that was made a moment ago is on its first page.
constexpr const char* kNewestIssues = "?state=all&sort=created&direction=desc&per_page=100";

// Invisible on the page; GitHub's search does not find it, so the newest issues are looked through.
std::string issue_mark(const Ticket& ticket) {
    return fmt::format("<!-- insight:{} -->", ticket.id);
}

std::string body_of(const Ticket& ticket, const Sheet& sheet) {
    return markdown(sheet.body) + "\n\n" + issue_mark(ticket);
}

}  // namespace

GithubIssues::GithubIssues(outreach::Party party, GithubSettings settings)
    : party_(std::move(party)), settings_(std::move(settings)) {
    party_.with("X-GitHub-Api-Version", "2022-11-28").with("User-Agent", "devops-insight");
}

Attempt<std::optional<Remote>> GithubIssues::find(const Ticket& ticket) {
    const auto page =
        party_.call("GET", "/repos/" + settings_.repository + "/issues" + kNewestIssues);
    if (!page) return outreach::stop(page.error());
    if (page->is_array())
        for (const Json& one : *page)
            if (base::text_at(one, "body").find(issue_mark(ticket)) != std::string::npos)
                return std::optional(Remote{std::to_string(base::integer_at(one, "number")),
                                            base::text_at(one, "html_url")});
    return std::optional<Remote>();
}

Attempt<Remote> GithubIssues::create(const Ticket& ticket, const Sheet& sheet) {
    Json body{{"title", sheet.title}, {"body", body_of(ticket, sheet)}};
    if (!settings_.labels.empty()) body["labels"] = settings_.labels;
    const auto made = party_.call("POST", "/repos/" + settings_.repository + "/issues", body);
    if (!made) return outreach::stop(made.error());
    const std::int64_t number = base::integer_at(*made, "number");
    if (number == 0)
        return outreach::stop(
            agent::Delivery::later(party_.who() + " made an issue and did not number it"));
    return Remote{std::to_string(number), base::text_at(*made, "html_url")};
}

Attempt<void> GithubIssues::update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) {
    const auto done =
        party_.call("PATCH", fmt::format("/repos/{}/issues/{}", settings_.repository, remote.key),
                    {{"title", sheet.title}, {"body", body_of(ticket, sheet)}});
    if (!done) return outreach::stop(done.error());
    return {};
}

Attempt<void> GithubIssues::comment(const Remote& remote, const Ticket& ticket,
                                    const Blocks& news) {
    const auto done = party_.call(
        "POST", fmt::format("/repos/{}/issues/{}/comments", settings_.repository, remote.key),
        {{"body", markdown(news) + "\n\n" + issue_mark(ticket)}});
    if (!done) return outreach::stop(done.error());
    return {};
}

Attempt<std::string> GithubIssues::move(const Remote& remote, const Ticket& ticket) {
    Json body{{"state", ticket.done() ? "closed" : "open"}};
    // GitHub takes "reopened" only with the state open.
    body["state_reason"] = ticket.done() ? "completed" : "reopened";
    const auto done = party_.call(
        "PATCH", fmt::format("/repos/{}/issues/{}", settings_.repository, remote.key), body);
    if (!done) return outreach::stop(done.error());
    return std::string();
}

}  // namespace insight::tickets
