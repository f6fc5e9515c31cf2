#include "agent/tickets/jira.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "agent/tickets/adf.h"

namespace insight::tickets {
namespace {

using base::Json;

// How a copy is found again after an answer was lost: labels are searched exactly.
std::string ticket_label(const Ticket& ticket) {
    return "insight-" + ticket.id;
}

// The last line of every comment of ours: what ends so was not written by a person.
std::string signature(const Ticket& ticket) {
    return "(" + ticket.id + ", from DevOps Insight)";
}

bool same_word(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(), [](char a, char b) {
               return std::tolower(static_cast<unsigned char>(a)) ==
                      std::tolower(static_cast<unsigned char>(b));
           });
}

}  // namespace

Jira::Jira(outreach::Party party, JiraSettings settings)
    : party_(std::move(party)),
      settings_(std::move(settings)),
      api_(settings_.cloud ? "/rest/api/3" : "/rest/api/2") {}

Json Jira::text(const Blocks& blocks) const {
    return settings_.cloud ? adf(blocks) : Json(wiki(blocks));
}

Json Jira::fields(const Ticket& ticket, const Sheet& sheet) const {
    Json out{{"summary", sheet.title}, {"description", text(sheet.body)}};
    const auto priority = settings_.priorities.find(ticket.severity);
    if (priority != settings_.priorities.end()) out["priority"] = {{"name", priority->second}};
    return out;
}

Remote Jira::remote(const std::string& key) const {
    return {key, party_.url() + "/browse/" + key};
}

Attempt<std::optional<Remote>> Jira::find(const Ticket& ticket) {
    const std::string query =
        net::encode_form({{"jql", fmt::format("project = \"{}\" AND labels = \"{}\"",
                                              settings_.project, ticket_label(ticket))},
                          {"fields", "summary"},
                          {"maxResults", "1"}});
    const auto found =
        // Cloud has taken its /search away; Server and Data Center know no other.
        party_.call("GET", api_ + (settings_.cloud ? "/search/jql?" : "/search?") + query);
    if (!found) return outreach::stop(found.error());
    const Json& issues = base::array_at(*found, "issues");
    if (issues.empty()) return std::optional<Remote>();
    return std::optional(remote(base::text_at(issues[0], "key")));
}

Attempt<Remote> Jira::create(const Ticket& ticket, const Sheet& sheet) {
    Json all = fields(ticket, sheet);
    all["project"] = {{"key", settings_.project}};
    all["issuetype"] = {{"name", settings_.issue_type}};
    all["labels"] = settings_.labels;
    all["labels"].push_back(ticket_label(ticket));
    const auto made = party_.call("POST", api_ + "/issue", {{"fields", std::move(all)}});
    if (!made) return outreach::stop(made.error());
    const std::string key = base::text_at(*made, "key");
    if (key.empty())
        return outreach::stop(
            agent::Delivery::later(party_.who() + " made an issue and did not name it"));
    return remote(key);
}

Attempt<void> Jira::update(const Remote& remote, const Ticket& ticket, const Sheet& sheet) {
    const auto done =
        party_.call("PUT", api_ + "/issue/" + remote.key, {{"fields", fields(ticket, sheet)}});
    if (!done) return outreach::stop(done.error());
    return {};
}

Attempt<void> Jira::comment(const Remote& remote, const Ticket& ticket, const Blocks& news) {
    Blocks marked = news;
    marked.push_back({Block::Kind::Text, signature(ticket), ""});
    const auto done =
        party_.call("POST", api_ + "/issue/" + remote.key + "/comment", {{"body", text(marked)}});
    if (!done) return outreach::stop(done.error());
    return {};
}

Attempt<std::string> Jira::move(const Remote& remote, const Ticket& ticket) {
    const auto wanted = settings_.states.find(std::string(name(ticket.state)));
    if (wanted == settings_.states.end()) return std::string();
    const std::string path = api_ + "/issue/" + remote.key;
    const auto issue = party_.call("GET", path + "?fields=status");
    if (!issue) return outreach::stop(issue.error());
    const std::string present =
        base::text_at(base::object_at(base::object_at(*issue, "fields"), "status"), "name");
    if (same_word(present, wanted->second)) return std::string();
    // Jira has no "set the status": only the transitions that its workflow offers from here, for
    // this account.
    const auto offered = party_.call("GET", path + "/transitions");
    if (!offered) return outreach::stop(offered.error());
    std::vector<std::string> names;
    for (const Json& one : base::array_at(*offered, "transitions")) {
        const std::string leads_to = base::text_at(base::object_at(one, "to"), "name");
        if (!same_word(leads_to, wanted->second)) {
            names.push_back(leads_to);
            continue;
        }
        const auto moved = party_.call("POST", path + "/transitions",
                                       {{"transition", {{"id", base::text_at(one, "id")}}}});
        if (!moved) return outreach::stop(moved.error());
        return std::string();
    }
    return fmt::format(
        "{} is {} and its workflow leads from there to {}, not to {}: change `states` "
        "of the tracker, or the workflow",
        remote.key, present, names.empty() ? "nothing" : fmt::format("{}", fmt::join(names, ", ")),
        wanted->second);
}

}  // namespace insight::tickets
