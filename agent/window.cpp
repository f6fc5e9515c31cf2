#include "agent/window.h"

#include <algorithm>

#include "agent/scan_request.h"

namespace insight::agent {
namespace {

constexpr base::Nanos kAfterResolve = base::kMinute;  // recovery is part of the picture
constexpr base::Nanos kLongest =
    24 * base::kHour;  // an alert that fires for weeks is not read whole

// The alert that opened an incident comes first; one that joined later may have started before it.
base::Nanos earliest(const std::vector<model::Alert>& alerts) {
    base::Nanos time = alerts.front().starts_at;
    for (const model::Alert& alert : alerts) time = std::min(time, alert.starts_at);
    return time;
}

}  // namespace

model::Window plan_window(const model::Incident& incident, const config::Pipeline& settings,
                          base::Nanos now) {
    model::Window window = incident.window;
    if (window.end == 0) {
        window.end = now;
        if (incident.resolved_at != 0)
            window.end = std::min(now, incident.resolved_at + kAfterResolve);
    }
    if (window.start == 0) {
        window.start = window.end - settings.window;
        if (!incident.alerts.empty()) window.start = earliest(incident.alerts) - settings.lead;
    }
    const base::Nanos longest = incident.origin == model::Origin::Scan ? kLongestScan : kLongest;
    // Also for an alert whose startsAt lies in the future of this clock.
    window.start = std::clamp(window.start, window.end - longest, window.end - base::kSecond);
    if (window.baseline_end == 0) {
        window.baseline_end = window.start;
        window.baseline_start = window.baseline_end - settings.baseline;
    }
    return window;
}

}  // namespace insight::agent
