#include "agent/scan.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace insight::agent {
namespace {

constexpr int kScansLookedThrough = 100;

// The newest reported scan of the same scope, for one that is not in the store.
std::string newest_of_scope(store::Store& store, const model::Incident& incident) {
    const auto rows = store.scans({.limit = kScansLookedThrough, .schedule = {}});
    if (!rows) return {};
    for (const store::ScanRow& row : *rows)
        if (row.incident != incident.id && row.state == model::IncidentState::Reported &&
            row.scope == incident.scope)
            return row.incident;
    return {};
}

std::string previous_of(store::Store& store, const model::Incident& incident) {
    // Scans of the command line are in no store: they follow the newest of their scope; those of a
    // schedule follow that schedule's own.
    if (!store.scan_key(incident.id)) return newest_of_scope(store, incident);
    return store.previous_scan(incident.id).value_or("");
}

}  // namespace

base::Result<std::vector<model::Suppression>> suppressions_of(const config::Config& config) {
    std::vector<model::Suppression> out;
    for (const base::Json& item : config.suppressions) {
        auto one = model::suppression_from_json(item);
        if (!one)
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format("scans.suppressions[{}]: {}", out.size(), one.error().message));
        one->id = fmt::format("sup-config-{}", out.size());
        one->configured = true;
        out.push_back(std::move(*one));
    }
    return out;
}

analysis::health::Before before_scan(store::Store& store, const model::Incident& incident,
                                     const std::vector<model::Suppression>& configured,
                                     base::Nanos now) {
    analysis::health::Before before;
    before.now = now;
    before.suppressions = configured;
    if (auto stored = store.suppressions())
        std::move(stored->begin(), stored->end(), std::back_inserter(before.suppressions));
    else
        spdlog::warn("suppressions could not be read: {}", stored.error().text());
    const std::string previous = previous_of(store, incident);
    if (previous.empty()) return before;
    const auto text = store.report(previous);
    const auto report =
        text ? base::parse_json(*text, "the stored scan") : base::fail(text.error());
    const auto health = report ? model::health_from_json(base::object_at(*report, "health"))
                               : base::fail(report.error());
    if (!health) {
        spdlog::warn("the scan before, {}, could not be read: {}", previous, health.error().text());
        return before;
    }
    before.previous = previous;
    before.found = *health;
    if (const auto row = store.incident(previous)) before.found_at = row->incident.opened_at;
    return before;
}

ScanAnswer scan(model::Report report, const model::Signals& signals,
                const analysis::health::Before& before, const store::ScanKey& key) {
    ScanAnswer answer;
    answer.health = analysis::health::scan(report, signals, before);
    answer.health.schedule = key.schedule;
    answer.health.due_at = key.due_at;
    answer.json = model::to_json(report);
    answer.json["health"] = model::to_json(answer.health);
    return answer;
}

}  // namespace insight::agent
