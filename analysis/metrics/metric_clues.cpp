#include "analysis/metrics/metric_clues.h"

#include <fmt/format.h>

#include <map>

#include "analysis/entity.h"
#include "analysis/meaning.h"
#include "analysis/metrics/series_evidence.h"
#include "core/base/text.h"

namespace insight::analysis {

using namespace metrics;

namespace {

constexpr double kFamilyError = 0.01;  // chance that any of all quiet series is called moved
constexpr double kNoticed = 1e-3;      // seconds of latency below which nobody is hurt
constexpr double kRelevant = 0.15;     // relative change below which a shift is a curiosity

struct Candidate {
    const model::Series* series;
    Shape shape;
    Shift shift;
    Meaning meaning;
    model::Entity entity;
    double strength;
};

// Expressions are named like PromQL, not like a metric.
bool is_expression(const std::string& name) {
    return name.find_first_of("({[ <>/*+-") != std::string::npos;
}

double strength_of(const Shift& shift) {
    return 1 - std::exp(-shift.distance / 8);
}

bool relevant(const Shift& shift) {
    const double base = std::max({std::abs(shift.normal.centre), shift.normal.scale, 1e-12});
    return std::abs(shift.level - shift.normal.centre) / base >= kRelevant;
}

// Microseconds that became more microseconds hurt nobody.
bool too_fast_to_matter(const model::Series& series, const Shape& shape, const Shift& shift,
                        const Meaning& meaning) {
    if (meaning.aspect != Aspect::Latency || shape.rate) return false;
    const double seconds = seconds_per_unit(series.name, shape.unit);
    return seconds > 0 && std::max(shift.level, shift.normal.centre) * seconds < kNoticed;
}

bool harmful(const Meaning& meaning, const Shift& shift) {
    return meaning.harm == (shift.upward ? Harm::Up : Harm::Down);
}

std::string moved(const Candidate& candidate) {
    const Shift& shift = candidate.shift;
    const std::string detail = detail_of(candidate.series->labels);
    return fmt::format("{}{}{} {} to {}", candidate.shape.rate ? "The rate of " : "",
                       base::shorten(candidate.series->name, 160),
                       detail.empty() ? "" : " {" + detail + "}", shift.upward ? "rose" : "fell",
                       base::format_quantity(shift.level, candidate.shape.unit));
}

std::string before(const Candidate& candidate) {
    return fmt::format("(before: {})",
                       base::format_quantity(candidate.shift.normal.centre, candidate.shape.unit));
}

std::string sentence(const Candidate& candidate) {
    std::string out = fmt::format("{} at {} {}", moved(candidate),
                                  base::format_clock(candidate.shift.onset), before(candidate));
    if (!candidate.shift.current)
        out += fmt::format(" and was back to normal after {}",
                           base::format_clock(candidate.shift.end));
    return out + ".";
}

// A quantile that one event in hundreds decides says little about users.
double rarity(const model::Labels& labels) {
    const auto it = labels.find("quantile");
    if (it == labels.end()) return 1;
    double quantile = std::strtod(it->second.c_str(), nullptr);
    if (quantile > 1) quantile /= 100;  // some exporters write 99.9
    return quantile >= 0.995 ? 0.25 : 1;
}

// Does this series show what the alert is about? Then the alert's own labels are among its labels.
bool is_alert_quantity(const model::Series& series, const model::Incident& incident) {
    if (incident.alerts.empty() || !is_expression(series.name)) return false;
    const auto name = incident.alerts.front().labels.find("alertname");
    const auto own = series.labels.find("alertname");
    return name != incident.alerts.front().labels.end() && own != series.labels.end() &&
           own->second == name->second;
}

void look_at_alert_quantity(const model::Series& series, const Shape& shape,
                            const std::optional<Shift>& shift, const model::Window& window,
                            Detection& into) {
    const auto normal = normal_of(shape, window);
    if (!normal || into.alert_quantity_moved.value_or(false)) return;
    const bool moved = shift && relevant(*shift) && shift->current;
    std::vector<double> recent;
    for (const model::Point& point : shape.points)
        if (point.time > window.start) recent.push_back(point.value);
    if (recent.empty()) return;
    into.alert_evidence =
        add_series(into.evidence, series, shape, &*normal, shift ? &*shift : nullptr, window);
    into.alert_quantity_moved = moved;
    into.alert_quantity =
        fmt::format("{} is {}; usual is {} to {}", base::shorten(series.name, 160),
                    base::format_quantity(recent.back(), shape.unit),
                    base::format_quantity(normal->low, shape.unit),
                    base::format_quantity(normal->high, shape.unit));
}

}  // namespace

void find_metric_clues(const model::Signals& signals, const model::Incident& incident,
                       const model::Window& window, Detection& into, std::size_t most) {
    const std::map<std::string, std::string> known = kinds_of(signals.databases);
    std::vector<Candidate> candidates;
    into.series_examined = signals.metrics.size();
    const double bar =
        kFamilyError / static_cast<double>(std::max<std::size_t>(1, signals.metrics.size()));
    for (const model::Series& series : signals.metrics) {
        Shape shape = shape_of(series);
        const std::optional<Shift> shift = find_shift(shape, window);
        const bool own = is_alert_quantity(series, incident);
        if (own) look_at_alert_quantity(series, shape, shift, window, into);
        if (!shift || shift->p_value > bar || !relevant(*shift)) continue;
        Meaning meaning = meaning_of(series.name);
        // What the alert is about hurts by the alert's own word.
        if (own && meaning.weight < 0.9)
            meaning = {meaning.aspect, shift->upward ? Harm::Up : Harm::Down, 0.9};
        meaning.weight *= rarity(series.labels);
        if (meaning.weight == 0 || too_fast_to_matter(series, shape, *shift, meaning)) continue;
        candidates.push_back({&series, std::move(shape), *shift, meaning,
                              entity_of(series.labels, series.name, known), strength_of(*shift)});
    }
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const Candidate& a, const Candidate& b) {
                         return a.strength * a.meaning.weight > b.strength * b.meaning.weight;
                     });
    std::map<std::pair<model::Entity, Aspect>, std::size_t> shown;
    for (const Candidate& candidate : candidates) {
        if (shown[{candidate.entity, candidate.meaning.aspect}]++ >= most) continue;
        Finding finding;
        finding.clue.kind = "metric_shift";
        finding.clue.entity = candidate.entity;
        finding.clue.statement = sentence(candidate);
        finding.brief = moved(candidate) + " " + before(candidate) + ".";
        finding.clue.strength = candidate.strength;
        finding.clue.onset = candidate.shift.onset;
        finding.clue.current = candidate.shift.current;
        finding.clue.evidence = {add_series(into.evidence, *candidate.series, candidate.shape,
                                            &candidate.shift.normal, &candidate.shift, window)};
        finding.aspect = candidate.meaning.aspect;
        finding.harm = harmful(candidate.meaning, candidate.shift) ? candidate.meaning.weight : 0;
        into.findings.push_back(std::move(finding));
    }
}

}  // namespace insight::analysis
