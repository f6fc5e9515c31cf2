#include "agent/outcomes/signal_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace insight::outcomes {
namespace {

using Is = SignalState::Is;
using base::Json;

constexpr std::string_view kSystem = "prometheus";
constexpr base::Nanos kLongestLook = base::kHour;
constexpr base::Nanos kShortestLook = base::kMinute;
constexpr std::size_t kShown = 120;
constexpr std::size_t kCutFrom = 250;  // labels are cut at some 300 bytes

std::string label(const model::Alert& alert, const std::string& name) {
    const auto it = alert.labels.find(name);
    return it == alert.labels.end() ? std::string() : it->second;
}

// "a=b, c=d" of the server against the labels that Alertmanager passed on, which may have more of
// them (external labels) but none that differs. Of a text that was cut, what is left must agree.
bool agrees(const std::string& text, const model::Alert& alert) {
    const std::string all = ", " + text + ", ";
    return std::all_of(alert.labels.begin(), alert.labels.end(), [&](const auto& one) {
        const std::size_t at = all.find(", " + one.first + "=");
        if (at == std::string::npos) return true;
        const std::string rest = all.substr(at + one.first.size() + 3);
        const bool cut = rest.size() < one.second.size() + 4 && text.size() >= kCutFrom;
        return cut || rest.starts_with(one.second + ", ");
    });
}

bool is_active(const model::DatabaseRow& row, const model::Incident& incident) {
    const std::string name = base::text_at(row.row, "alert");
    const std::string state = base::text_at(row.row, "state");
    // Pending: the expression holds, only its `for` has not passed. That is no quiet.
    if (row.view != "alerts" || (state != "firing" && state != "pending")) return false;
    const std::string labels = base::text_at(row.row, "labels");
    return std::any_of(incident.alerts.begin(), incident.alerts.end(), [&](const auto& alert) {
        return label(alert, "alertname") == name && agrees(labels, alert);
    });
}

// The last value of the expression that was fetched for an alert of this name: such series are
// named like PromQL and carry the alert's name.
std::string expression_now(const model::Signals& signals, const model::Incident& incident) {
    for (const model::Series& series : signals.metrics) {
        const auto name = series.labels.find("alertname");
        if (name == series.labels.end() || series.points.empty() ||
            series.name.find_first_of("({[ <>/*+-") == std::string::npos)
            continue;
        for (const model::Alert& alert : incident.alerts)
            if (label(alert, "alertname") == name->second)
                return fmt::format("; {} is {}", base::shorten(base::one_line(series.name), kShown),
                                   base::format_quantity(series.points.back().value, series.unit));
    }
    return {};
}

std::string name_of(const model::Incident& incident) {
    const std::string name =
        incident.alerts.empty() ? std::string() : label(incident.alerts.front(), "alertname");
    return base::shorten(base::one_line(base::clean_utf8(name)), kShown);
}

}  // namespace

SignalState read_signal(const model::Signals& signals, const model::Incident& incident) {
    for (const model::DatabaseRow& row : signals.databases)
        if (row.system == kSystem && is_active(row, incident))
            return {Is::Active, fmt::format("{}/{} says that {} is {}", kSystem, row.instance,
                                            name_of(incident), base::text_at(row.row, "state"))};
    std::string asked;
    for (const model::CoverageRow& row : signals.coverage) {
        const bool answered = row.outcome == model::Outcome::Answered ||
                              // An empty list without a remark is an answer: nothing fires
                              // anywhere.
                              (row.outcome == model::Outcome::Empty && row.note.empty());
        if (row.query != "alerts" || !row.source.starts_with(std::string(kSystem) + "/")) continue;
        // A list that was cut may have left out the very one.
        if (!answered) return {Is::Unknown, row.source + " could not be asked for its alerts"};
        asked += (asked.empty() ? "" : ", ") + row.source;
    }
    if (asked.empty()) return {Is::Unknown, "no Prometheus could be asked for the alert's rule"};
    return {Is::Quiet, fmt::format("{}, asked now: {} is neither firing nor pending{}", asked,
                                   name_of(incident), expression_now(signals, incident))};
}

SignalState ask_signal(agent::Sources& sources, const model::Incident& incident, base::Nanos since,
                       base::Nanos now, base::Deadline deadline) {
    model::Incident probe = incident;
    // The rule's own state is of now; the window only gives its expression a few points.
    const base::Nanos length = std::clamp(now - since, kShortestLook, kLongestLook);
    probe.window = {now - length, now, now - 2 * length, now - length};
    model::Signals signals;
    for (const auto& open : sources.all()) {
        if (open->system != kSystem) continue;
        const std::unique_lock lock(open->in_use, deadline.point());
        // An investigation has it: the next look will do.
        if (!lock.owns_lock()) return {Is::Unknown, open->system + "/" + open->name + " is busy"};
        signals.append(open->source->collect({probe, probe.window, deadline}));
    }
    return read_signal(signals, incident);
}

}  // namespace insight::outcomes
