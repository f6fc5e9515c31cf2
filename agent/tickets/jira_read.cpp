// What people did to an issue in Jira, and whether Jira can be used at all.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "agent/tickets/adf.h"
#include "agent/tickets/jira.h"
#include "core/base/text.h"

namespace insight::tickets {
namespace {

using base::Json;
using outreach::Check;

constexpr std::size_t kMostJiraComments = 50;
constexpr const char* kOurWords = ", from DevOps Insight)";

std::int64_t number_in(const std::string& text) {
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

bool is_ours(const std::string& text) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    return end != std::string::npos &&
           std::string_view(text).substr(0, end + 1).ends_with(kOurWords);
}

// Jira Cloud gives names, Server as well; an account without one is known by its id.
std::string person(const Json& user) {
    for (const char* key : {"displayName", "name", "accountId"})
        if (std::string name = base::text_at(user, key); !name.empty()) return name;
    return {};
}

}  // namespace

// By the configured names first; what they do not name by Jira's own three categories.
std::optional<State> Jira::means(const std::string& status, const std::string& category,
                                 const Ticket& ticket) const {
    // Several of our states may be one of theirs: the present one then stays.
    std::optional<State> found;
    for (const auto& [state, name] : settings_.states) {
        const auto ours = state_from(state);
        if (!ours || base::lower(name) != base::lower(status)) continue;
        if (*ours == ticket.state) return *ours;
        if (!found) found = *ours;
    }
    if (found) return found;
    // statusCategory has the keys new, indeterminate and done, whatever a workflow calls its
    // statuses.
    if (category == "done") return ticket.done() ? ticket.state : State::Resolved;
    if (category == "indeterminate" || (category == "new" && ticket.done()))
        return ticket.state == State::Closed ? State::Open : State::Investigating;
    return std::nullopt;
}

Attempt<std::vector<RemoteComment>> Jira::comments_after(const Remote& remote,
                                                         std::int64_t number) {
    const auto page =
        party_.call("GET", fmt::format("{}/issue/{}/comment?orderBy=-created&maxResults={}", api_,
                                       remote.key, kMostJiraComments));
    if (!page) return outreach::stop(page.error());
    std::vector<RemoteComment> out;
    for (const Json& one : base::array_at(*page, "comments")) {
        if (!one.is_object() || out.size() >= kMostJiraComments) continue;
        RemoteComment comment;
        comment.number = number_in(base::text_at(one, "id"));
        comment.author = person(base::object_at(one, "author"));
        comment.text = one.contains("body") && one["body"].is_string()
                           ? one["body"].get<std::string>()
                           : adf_text(base::object_at(one, "body"));
        if (comment.number > number && !is_ours(comment.text)) out.push_back(std::move(comment));
    }
    std::sort(out.begin(), out.end(),
              [](const RemoteComment& a, const RemoteComment& b) { return a.number < b.number; });
    return out;
}

Attempt<std::optional<Seen>> Jira::read(const Remote& remote, const Ticket& ticket,
                                        const ReadMark& mark) {
    const auto issue = party_.call(
        "GET", fmt::format("{}/issue/{}?fields=status,assignee,updated", api_, remote.key));
    if (!issue) return outreach::stop(issue.error());
    const Json& fields = base::object_at(*issue, "fields");
    Seen seen;
    // Jira knows no conditional request for an issue; its time of change does the same.
    seen.stamp = base::text_at(fields, "updated");
    if (!seen.stamp.empty() && seen.stamp == mark.stamp) return std::optional<Seen>();
    const Json& status = base::object_at(fields, "status");
    seen.status = base::text_at(status, "name");
    seen.means =
        means(seen.status, base::text_at(base::object_at(status, "statusCategory"), "key"), ticket);
    seen.assignee = person(base::object_at(fields, "assignee"));
    auto comments = comments_after(remote, mark.last_comment);
    if (!comments) return outreach::stop(comments.error());
    seen.comments = std::move(*comments);
    return std::optional(std::move(seen));
}

Check Jira::examine_rights() {
    static constexpr std::array kNeeded{"BROWSE_PROJECTS", "CREATE_ISSUES", "EDIT_ISSUES",
                                        "ADD_COMMENTS", "TRANSITION_ISSUES"};
    const std::string what = "rights in project " + settings_.project;
    const auto answer =
        party_.call("GET", fmt::format("{}/mypermissions?projectKey={}&permissions={}", api_,
                                       settings_.project, fmt::join(kNeeded, ",")));
    if (!answer) return checked(what, party_, answer, "", "give the account access to the project");
    std::vector<std::string> missing;
    for (const char* one : kNeeded)
        if (!base::flag_at(base::object_at(base::object_at(*answer, "permissions"), one),
                           "havePermission"))
            missing.emplace_back(one);
    if (missing.empty()) return {what, true, "all that is used", ""};
    return {what, false, fmt::format("missing: {}", fmt::join(missing, ", ")),
            fmt::format("give the account {} in the permission scheme of {}",
                        fmt::join(missing, ", "), settings_.project)};
}

// Every status that the configuration names must be one of the workflow.
Check Jira::examine_states() {
    const std::string what = "statuses of " + settings_.project;
    const auto answer =
        party_.call("GET", fmt::format("{}/project/{}/statuses", api_, settings_.project));
    if (!answer) return checked(what, party_, answer, "", "give the account BROWSE_PROJECTS");
    std::vector<std::string> known;
    if (answer->is_array())
        for (const Json& type : *answer)
            for (const Json& status : base::array_at(type, "statuses"))
                known.push_back(base::text_at(status, "name"));
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    std::vector<std::string> unknown;
    for (const auto& [state, name] : settings_.states)
        if (std::none_of(known.begin(), known.end(), [&, status = name](const std::string& one) {
                return base::lower(one) == base::lower(status);
            }))
            unknown.push_back(fmt::format("{} ({})", name, state));
    if (unknown.empty()) return {what, true, fmt::format("{}", fmt::join(known, ", ")), ""};
    return {what, false,
            fmt::format("`states` names what there is not: {}", fmt::join(unknown, ", ")),
            fmt::format("use one of {}", fmt::join(known, ", "))};
}

outreach::Checks Jira::examine() {
    outreach::Checks out;
    const auto me = party_.call("GET", api_ + "/myself");
    out.push_back(checked(
        "sign in at " + party_.who(), party_, me, me ? "as " + person(*me) : std::string(),
        settings_.cloud ? "make an API token at id.atlassian.com and give its account as `user`"
                        : "make a personal access token in Jira and give it as `token`"));
    if (!out.back().ok) return out;
    const auto project = party_.call("GET", api_ + "/project/" + settings_.project);
    out.push_back(checked("project " + settings_.project, party_, project,
                          project ? base::text_at(*project, "name") : std::string(),
                          "check the key (the letters before the number of an issue), and that the "
                          "account may browse the project"));
    if (!out.back().ok) return out;
    std::vector<std::string> types;
    for (const Json& one : base::array_at(*project, "issueTypes"))
        types.push_back(base::text_at(one, "name"));
    const bool has_type =
        types.empty() || std::find(types.begin(), types.end(), settings_.issue_type) != types.end();
    out.push_back({"issue type " + settings_.issue_type, has_type,
                   has_type ? "there" : fmt::format("there is {}", fmt::join(types, ", ")),
                   has_type ? "" : "name one of them as `issueType`"});
    out.push_back(examine_rights());
    if (!settings_.states.empty()) out.push_back(examine_states());
    return out;
}

}  // namespace insight::tickets
