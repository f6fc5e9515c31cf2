#include "agent/notifications/pagerduty.h"

#include "core/base/text.h"

namespace insight::notifications {
namespace {

using base::Json;

constexpr std::size_t kLongestSummary = 1024;  // of the API

std::string action_of(const Message& message) {
    if (message.over()) return "resolve";
    if (message.state == "investigating" || message.state == "mitigated") return "acknowledge";
    return "trigger";
}

}  // namespace

Json PagerDuty::event_of(const Message& message, const std::string& source) {
    Json event{{"event_action", action_of(message)}, {"dedup_key", message.id}};
    // Events API v2: acknowledge and resolve are known by dedup_key alone; a payload belongs to a
    // trigger.
    if (event["event_action"] != "trigger") return event;
    Json details{{"summary", message.summary}, {"ticket", message.id}};
    for (const auto& [what, value] : message.facts) details[what] = value;
    event["payload"] = {{"summary", base::shorten(message.title, kLongestSummary)},
                        {"source", source},
                        {"severity", message.severity},
                        {"custom_details", std::move(details)}};
    if (message.time != 0) event["payload"]["timestamp"] = base::format_rfc3339(message.time);
    event["client"] = "DevOps Insight";
    for (const auto& [what, url] : message.links)
        event["links"].push_back({{"href", url}, {"text", what}});
    return event;
}

Attempt<Json> PagerDuty::say(const Message& message, const Json& handle, bool) {
    Json event = event_of(message, source_);
    const std::string action = event["event_action"];
    // Acknowledging a second time says nothing; an alert that was never triggered cannot be ended.
    const std::string before = base::text_at(handle, "action");
    if (action == before && action != "trigger") return handle;
    if (action == before && message.news.empty()) return handle;
    // A ticket that somebody took at once: PagerDuty drops an acknowledgement of what was never
    // triggered.
    if (handle.is_null() && action == "acknowledge") {
        Message first = message;
        first.state = "open";
        event = event_of(first, source_);
    }
    event["routing_key"] = key_.reveal();
    const auto done = party_.call("POST", "/v2/enqueue", event);
    if (!done) return outreach::stop(done.error());
    return Json{{"action", action}};
}

}  // namespace insight::notifications
