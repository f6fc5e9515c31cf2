#include "agent/tickets/settings.h"

#include <fmt/format.h>

#include <array>

#include "agent/tickets/github_issues.h"
#include "agent/tickets/jira.h"
#include "agent/tickets/webhook.h"
#include "core/net/authorization.h"
#include "core/net/url.h"

namespace insight::tickets {
namespace {

using config::Field;
using config::FieldType;

constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};
constexpr std::array<std::string_view, 4> kKinds{"jira", "jira-server", "github", "webhook"};

constexpr std::array kFields{
    Field{"minSeverity", FieldType::Text, "info",
          "least severity of an incident that gets a ticket by itself: info, warning, critical"},
    Field{"questions", FieldType::Flag, "false", "questions get tickets, too"},
    Field{"reopenWithin", FieldType::Duration, "7d",
          "how long after its last change a ticket is reopened when the same finding comes again"}};
constexpr std::array kLimits{config::Limit{"minSeverity", 0, 0, kSeverities}};

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
                                    config::Limit{"minSeverity", 0, 0, kSeverities}};
constexpr std::array kLists{
    config::BlockList{"trackers", "Where tickets are mirrored.", kTrackerFields, kTrackerLimits}};

base::Result<std::unique_ptr<Tracker>> tracker_of(const config::Instance& item,
                                                  net::Transport& transport,
                                                  const base::Clock& clock) {
    const std::string kind = item.text("kind");
    const auto wrong = [&](std::string_view what) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("tickets.trackers: {}: {}", item.name(), what));
    };
    std::string url = item.text("url");
    if (url.empty() && kind == "github") url = "https://api.github.com";
    if (url.empty()) return wrong("url is missing: say where it is");
    const auto parsed = net::parse_url(url);
    if (!parsed) return wrong(parsed.error().message);
    outreach::Party party(fmt::format("{} at {}", item.name(), parsed->origin()), url, transport,
                          clock);
    net::Tls tls;
    tls.ca_file = item.text("caFile");
    party.with(std::move(tls));
    for (const auto& [key, value] : item.text_map("headers")) party.with(key, value);
    party.authorize(kind == "jira" && !item.text("user").empty()
                        ? net::basic(item.text("user"), item.secret("token"))
                        : net::bearer(item.secret("token")));
    const std::string project = item.text("project");
    if (kind == "webhook") {
        WebhookSettings settings{std::nullopt, item.text("contentType"), item.secret("secret")};
        if (const std::string text = item.text("template"); !text.empty()) {
            auto body = outreach::Template::parse(text);
            if (!body) return wrong(body.error().message);
            settings.body = std::move(*body);
        }
        return std::make_unique<Webhook>(std::move(party), std::move(settings));
    }
    if (kind == "github") {
        if (std::count(project.begin(), project.end(), '/') != 1)
            return wrong("project must be owner/repository");
        return std::make_unique<GithubIssues>(std::move(party),
                                              GithubSettings{project, item.text_list("labels")});
    }
    if (project.empty()) return wrong("project is missing: the key of the project, OPS for one");
    JiraSettings settings;
    settings.cloud = kind == "jira";
    settings.project = project;
    settings.issue_type = item.text("issueType");
    settings.labels = item.text_list("labels");
    settings.states = item.text_map("states");
    for (const auto& [state, status] : settings.states)
        if (!state_from(state)) return wrong(state_from(state).error().message);
    settings.priorities = item.text_map("priorities");
    return std::make_unique<Jira>(std::move(party), std::move(settings));
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
    rules.least_severity = block.own.text("minSeverity");
    if (block.own.flag("questions")) rules.origins.push_back("question");
    rules.reopen_within = block.own.duration("reopenWithin");
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
    const auto rank = [](std::string_view text) {
        return std::find(kSeverities.begin(), kSeverities.end(), text) - kSeverities.begin();
    };
    const auto of_ticket = rank(severity);
    return of_ticket < static_cast<std::ptrdiff_t>(kSeverities.size()) &&
           (least.empty() || of_ticket >= rank(least));
}

}  // namespace insight::tickets
