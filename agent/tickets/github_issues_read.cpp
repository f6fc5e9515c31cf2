// What people did to an issue on GitHub, and whether the repository can be used at all.
#include <fmt/format.h>

#include <algorithm>

#include "agent/outreach/answer.h"
#include "agent/tickets/github_issues.h"

namespace insight::tickets {
namespace {

using base::Json;
using outreach::Check;

constexpr std::size_t kMostIssueComments = 50;
constexpr int kMostPages = 10;  // of comments, 100 each
constexpr const char* kOurMark = "<!-- insight:";

// "completed" is what the button says; "not planned" and "duplicate" are somebody's last word.
std::optional<State> meaning(const Json& issue, const Ticket& ticket) {
    const bool closed = base::text_at(issue, "state") == "closed";
    if (closed) {
        if (ticket.done()) return ticket.state;
        const std::string reason = base::text_at(issue, "state_reason");
        return reason == "not_planned" || reason == "duplicate" ? State::Closed : State::Resolved;
    }
    if (!ticket.done()) return ticket.state;
    return ticket.state == State::Closed ? State::Open : State::Investigating;
}

}  // namespace

Attempt<std::vector<RemoteComment>> GithubIssues::comments_after(const Remote& remote,
                                                                 std::int64_t number) {
    std::vector<RemoteComment> out;
    // Ascending by number, and there is no other order: of a long discussion the end counts.
    for (int page = 1; page <= kMostPages; ++page) {
        const auto list =
            party_.call("GET", fmt::format("/repos/{}/issues/{}/comments?per_page=100&page={}",
                                           settings_.repository, remote.key, page));
        if (!list) return outreach::stop(list.error());
        if (!list->is_array() || list->empty()) break;
        for (const Json& one : *list) {
            RemoteComment comment;
            comment.number = base::integer_at(one, "id");
            comment.author = base::text_at(base::object_at(one, "user"), "login");
            comment.text = base::text_at(one, "body");
            if (comment.number > number && comment.text.find(kOurMark) == std::string::npos)
                out.push_back(std::move(comment));
        }
        if (list->size() < 100) break;
    }
    std::sort(out.begin(), out.end(),
              [](const RemoteComment& a, const RemoteComment& b) { return a.number < b.number; });
    if (out.size() > kMostIssueComments)
        out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(kMostIssueComments));
    return out;
}

Attempt<std::optional<Seen>> GithubIssues::read(const Remote& remote, const Ticket& ticket,
                                                const ReadMark& mark) {
    std::vector<net::Header> headers{{"Accept", "application/vnd.github+json"}};
    // A 304 does not count against GitHub's rate limit.
    if (!mark.stamp.empty()) headers.emplace_back("If-None-Match", mark.stamp);
    const auto answer = party_.send(
        "GET", fmt::format("/repos/{}/issues/{}", settings_.repository, remote.key), "", headers);
    if (!answer) return outreach::stop(answer.error());
    if (answer->status == 304) return std::optional<Seen>();
    if (!outreach::is_success(*answer)) return outreach::stop(party_.failure(*answer));
    const auto issue =
        base::parse_json(answer->body, "the issue", {.bytes = 4U << 20, .depth = 32});
    if (!issue)
        return outreach::stop(agent::Delivery::later(party_.who() + ": " + issue.error().message));
    Seen seen;
    seen.stamp = std::string(answer->header("ETag"));
    seen.status = base::text_at(*issue, "state");
    seen.means = meaning(*issue, ticket);
    seen.assignee = base::text_at(base::object_at(*issue, "assignee"), "login");
    // Most issues have only our own comments, or none.
    if (base::integer_at(*issue, "comments") > 0) {
        auto comments = comments_after(remote, mark.last_comment);
        if (!comments) return outreach::stop(comments.error());
        seen.comments = std::move(*comments);
    }
    return std::optional(std::move(seen));
}

outreach::Checks GithubIssues::examine() {
    outreach::Checks out;
    // It needs a valid token, no right, and counts against no limit.
    const auto limits = party_.call("GET", "/rate_limit");
    out.push_back(checked("sign in at " + party_.who(), party_, limits, "the token is accepted",
                          "make a token with the repository permission 'Issues: read and write' (a "
                          "classic one with the scope repo) and give it as `token`"));
    if (!out.back().ok) return out;
    const auto repository = party_.call("GET", "/repos/" + settings_.repository);
    out.push_back(
        checked("repository " + settings_.repository, party_, repository, "there",
                "check owner/repository in `project`, and that the token has access to it"));
    if (!out.back().ok) return out;
    const bool issues = base::flag_at(*repository, "has_issues", true);
    const bool archived = base::flag_at(*repository, "archived");
    out.push_back({"issues of " + settings_.repository, issues && !archived,
                   archived ? "the repository is archived"
                   : issues ? "on"
                            : "turned off",
                   archived ? "unarchive it, or name another repository"
                   : issues ? ""
                            : "turn issues on in the settings of the repository"});
    // GitHub says of people what they may do; of fine-grained tokens only a request would tell.
    const Json& may = base::object_at(*repository, "permissions");
    const bool known = may.contains("triage") || may.contains("push");
    const bool allowed = base::flag_at(may, "triage") || base::flag_at(may, "push");
    out.push_back(
        {"change issues of " + settings_.repository, !known || allowed,
         allowed ? "allowed, as far as GitHub says it beforehand"
         : known ? "not allowed"
                 : "GitHub does not say it of this token",
         !known || allowed
             ? ""
             : "give the account the role Triage, or the token 'Issues: read and write'"});
    return out;
}

}  // namespace insight::tickets
