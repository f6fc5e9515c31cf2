#include "analysis/metrics/alert_quantity.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/metrics/series_evidence.h"
#include "core/base/text.h"

namespace insight::analysis::metrics {
namespace {

constexpr model::Nanos kBetweenPoints = base::kMinute;
constexpr double kWakes = 0.9;  // weight of what somebody wanted to be woken by

// Expressions are named like PromQL, not like a metric.
bool is_expression(const std::string& name) {
    return name.find_first_of("({[ <>/*+-") != std::string::npos;
}

bool agree(const model::Labels& a, const model::Labels& b) {
    return std::all_of(a.begin(), a.end(), [&](const auto& label) {
        const auto it = b.find(label.first);
        return it == b.end() || it->second == label.second;
    });
}

bool is_alert_quantity(const Look& look, const model::Alert& alert) {
    const model::Labels& own = look.series->labels;
    if (is_expression(look.series->name)) {
        const auto name = alert.labels.find("alertname");
        const auto it = own.find("alertname");
        return name != alert.labels.end() && it != own.end() && it->second == name->second;
    }
    const bool named =
        std::any_of(alert.labels.begin(), alert.labels.end(),
                    [&](const auto& label) { return label.second == look.series->name; });
    return named && look.entity.name == entity_of(alert.labels).name && agree(alert.labels, own);
}

bool held_at(const Shift& shift, model::Nanos alert) {
    return shift.onset <= alert + kBetweenPoints && shift.end + kBetweenPoints >= alert;
}

// False: it says nothing about the window.
bool tell(const Look& look, const model::Window& window, model::Nanos alert, Detection& into) {
    std::vector<double> recent;
    for (const model::Point& point : look.shape.points)
        if (point.time > window.start && point.time <= window.end) recent.push_back(point.value);
    if (!look.normal || recent.empty()) return false;
    const bool left =
        look.shift && !look.shift->unsteady &&
        std::abs(look.shift->level - look.shift->usual) > 2 * look.shift->normal.scale;
    const bool over = left && !look.shift->current && held_at(*look.shift, alert);
    into.alert_quantity_moved = left && (look.shift->current || over);
    if (over) into.alert_excursion = {look.shift->onset, look.shift->end};
    into.alert_quantity =
        fmt::format("{} is {}; usual is {} to {}", base::shorten(look.series->name, 160),
                    base::format_quantity(recent.back(), look.shape.unit),
                    base::format_quantity(look.normal->low, look.shape.unit),
                    base::format_quantity(look.normal->high, look.shape.unit));
    return true;
}

}  // namespace

void look_at_alert_quantity(Looks& looks, const model::Signals& signals,
                            const model::Incident& incident, Detection& into) {
    if (incident.alerts.empty()) return;
    Look* told = nullptr;
    for (Look& look : looks.all) {
        if (!is_alert_quantity(look, incident.alerts.front())) continue;
        if (!into.alert_quantity_moved.value_or(false) &&
            tell(look, incident.window, incident.alerts.front().starts_at, into))
            told = &look;
        // What the alert is about hurts by the alert's own word.
        if (look.shift && look.meaning.weight < kWakes) {
            look.meaning.harm = look.shift->upward ? Harm::Up : Harm::Down;
            look.meaning.weight = kWakes;
        }
    }
    if (told == nullptr) return;
    told->chart = add_series(into.evidence, signals, *told->series, told->shape, &*told->normal,
                             told->shift ? &*told->shift : nullptr, incident.window);
    into.alert_evidence = told->chart;
}

}  // namespace insight::analysis::metrics
