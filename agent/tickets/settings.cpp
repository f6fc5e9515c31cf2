#include "agent/tickets/settings.h"

#include <algorithm>
#include <array>

#include "agent/tickets/github_issues.h"
#include "agent/tickets/jira.h"
#include "agent/tickets/severity.h"
#include "agent/tickets/webhook.h"
#include "config/fill.h"
#include "core/net/authorization.h"

namespace insight::tickets {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array<std::string_view, 3> kNames{"info", "warning", "critical"};
constexpr std::array<std::string_view, 4> kKinds{"jira", "jira-server", "github", "webhook"};

constexpr std::array kFields{
    Field{"minSeverity", FieldType::Text, "info",
          "least severity of an incident that gets a ticket by itself: info, warning, critical"},
    Field{"questions", FieldType::Flag, "false", "questions get tickets, too"},
    Field{"reopenWithin", FieldType::Duration, "7d",
          "how long after its last change a ticket is reopened when the same finding comes again"},
    Field{"readEvery", FieldType::Duration, "5m",
          "how often the copy of an undone ticket is read back from its tracker; 0s: never"}};
constexpr std::array kLimits{config::Limit{"minSeverity", 0, 0, kNames},
                             config::Limit{"readEvery", 0, base::kHour * 24}};

constexpr std::array kTrackerFields{
    Field{"kind", FieldType::Text, "", "jira (Cloud), jira-server, github or webhook", true},
    Field{"url", FieldType::Url, "", "where it is; of GitHub the API, by default api.github.com"},
    Field{"project", FieldType::Text, "", "of Jira the key (OPS), of GitHub owner/repository"},
    Field{"user", FieldType::Text, "", "e-mail of the account whose token it is (Jira Cloud)"},
    Field{"token", FieldType::Secret, "", "API token, personal access token or bearer token"},
    Field{"issueType", FieldType::Text, "Task", "of new issues (Jira)"},
    Field{"labels", FieldType::TextList, "", "of new issues"},
    Field{"states", FieldType::TextMap, "",
          "names of Jira's statuses by open, investigating, mitigated, resolved and closed"},
    Field{"priorities", FieldType::TextMap, "", "names of Jira's priorities by severity"},
    Field{"minSeverity", FieldType::Text, "info", "only tickets of at least this severity"},
    Field{"template", FieldType::Text, "", "body of a webhook, with {{placeholders}}"},
    Field{"contentType", FieldType::Text, "application/json", "of that body"},
    Field{"secret", FieldType::Secret, "", "key that signs a webhook's bodies"},
    outreach::kHeaders,
    outreach::kCaFile};
constexpr std::array kTrackerLimits{config::Limit{"kind", 0, 0, kKinds},
                                    config::Limit{"minSeverity", 0, 0, kNames}};
constexpr std::array kLists{
    config::BlockList{"trackers", "Where tickets are mirrored.", kTrackerFields, kTrackerLimits}};

base::Result<JiraSettings> jira_of(const outreach::Listed& listed, std::string project) {
    if (project.empty())
        return listed.wrong("project is missing: the key of the project, OPS for one");
    JiraSettings settings;
    settings.project = std::move(project);
    config::fill(listed.item, {{"issueType", settings.issue_type},
                               {"labels", settings.labels},
                               {"states", settings.states},
                               {"priorities", settings.priorities}});
    for (const auto& [state, status] : settings.states)
        if (const auto known = state_from(state); !known)
            return listed.wrong(known.error().message);
    return settings;
}

base::Result<std::unique_ptr<Tracker>> tracker_of(const config::Instance& item,
                                                  net::Transport& transport,
                                                  const base::Clock& clock) {
    const outreach::Listed listed{"tickets.trackers", item};
    std::string kind;
    std::string url;
    std::string user;
    std::string project;
    base::Secret token;
    config::fill(
        item,
        {{"kind", kind}, {"url", url}, {"user", user}, {"project", project}, {"token", token}});
    // The others have an address of their own at every customer.
    if (url.empty() && kind == "github") url = "https://api.github.com";
    if (url.empty()) return listed.wrong("url is missing: say where it is");
    auto party = listed.party(url, transport, clock);
    if (!party) return base::fail(party.error());
    // Jira Cloud: API tokens are passwords of an account. Server: personal access tokens are
    // bearers.
    party->authorize(kind == "jira" && !user.empty() ? net::basic(user, token)
                                                     : net::bearer(token));
    if (kind == "webhook") {
        auto settings = listed.webhook();
        if (!settings) return base::fail(settings.error());
        return std::make_unique<Webhook>(std::move(*party), std::move(*settings));
    }
    if (kind == "github") {
        if (std::count(project.begin(), project.end(), '/') != 1)
            return listed.wrong("project must be owner/repository");
        return std::make_unique<GithubIssues>(std::move(*party),
                                              GithubSettings{project, item.text_list("labels")});
    }
    auto settings = jira_of(listed, std::move(project));
    if (!settings) return base::fail(settings.error());
    settings->cloud = kind == "jira";
    return std::make_unique<Jira>(std::move(*party), std::move(*settings));
}

}  // namespace

const config::Block kTicketsBlock{
    .name = "tickets",
    .purpose =
        "Which incidents get a ticket, and where tickets are mirrored. Tickets themselves "
        "are always kept in the store.",
    .fields = kFields,
    .limits = kLimits,
    .lists = kLists};

Rules rules_of(const config::BlockSettings& block) {
    Rules rules;
    config::fill(block.own, {{"minSeverity", rules.least_severity},
                             {"reopenWithin", rules.reopen_within},
                             {"readEvery", rules.read_every}});
    if (block.own.flag("questions")) rules.origins.push_back("question");
    return rules;
}

base::Result<std::vector<NamedTracker>> trackers_of(const config::BlockSettings& block,
                                                    net::Transport& transport,
                                                    const base::Clock& clock) {
    std::vector<NamedTracker> trackers;
    for (const config::Instance& item : block.list("trackers")) {
        auto tracker = tracker_of(item, transport, clock);
        if (!tracker) return base::fail(tracker.error());
        trackers.push_back({item.name(), item.text("minSeverity"), std::move(*tracker)});
    }
    return trackers;
}

bool reaches(std::string_view severity, std::string_view least) {
    return rank(severity) > 0 && rank(severity) >= rank(least);
}

}  // namespace insight::tickets
