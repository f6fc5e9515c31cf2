#include "agent/notifications/opsgenie.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/base/text.h"

namespace insight::notifications {
namespace {

using base::Json;

// Limits of the API.
constexpr std::size_t kLongestMessage = 130;
constexpr std::size_t kLongestDescription = 15000;
constexpr std::size_t kLongestNote = 25000;

}  // namespace

Json Opsgenie::alert_of(const Message& message) {
    Json details = Json::object();
    for (const auto& [what, value] : message.facts) details[what] = value;
    for (const auto& [what, url] : message.links) details[what] = url;
    return {{"message", base::shorten(message.title, kLongestMessage)},
            {"alias", message.id},
            {"description", base::shorten(plain(message), kLongestDescription)},
            {"details", std::move(details)},
            {"tags", {"devops-insight", message.severity}},
            {"source", "DevOps Insight"},
            {"priority", message.severity == "critical"  ? "P1"
                         : message.severity == "warning" ? "P3"
                                                         : "P5"}};
}

Attempt<void> Opsgenie::tell(const Message& message, const std::string& what,
                             const std::string& note) {
    const auto done =
        party_.call("POST", fmt::format("/v2/alerts/{}/{}?identifierType=alias", message.id, what),
                    {{"source", "DevOps Insight"}, {"note", base::shorten(note, kLongestNote)}});
    if (!done) return outreach::stop(done.error());
    return {};
}

Attempt<Json> Opsgenie::say(const Message& message, const Json& handle, bool) {
    const std::string before = base::text_at(handle, "state");
    const bool was_over = before == "resolved" || before == "closed";
    const Json now{{"state", message.state}};
    // A closed alert takes no new life: the same alias makes a new one (Alert API, "alias").
    if (handle.is_null() || (was_over && !message.over())) {
        const auto made = party_.call("POST", "/v2/alerts", alert_of(message));
        if (!made) return outreach::stop(made.error());
        return now;
    }
    const std::string note = fmt::format("{}", fmt::join(message.news, "\n"));
    if (message.over() && !was_over) {
        if (auto told = tell(message, "close", note); !told) return outreach::stop(told.error());
    } else if (message.state == "investigating" && before == "open") {
        if (auto told = tell(message, "acknowledge", note); !told)
            return outreach::stop(told.error());
    } else if (!note.empty()) {
        if (auto told = tell(message, "notes", note); !told) return outreach::stop(told.error());
    }
    return now;
}

}  // namespace insight::notifications
