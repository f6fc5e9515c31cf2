#include "agent/review/production.h"

#include <algorithm>

#include "analysis/stages.h"
#include "core/base/json.h"
#include "core/store/snapshot.h"

namespace insight::review {
namespace {

using base::Json;

constexpr std::size_t kMostSeries = 20'000;
constexpr std::size_t kMostServices = 500;

std::string stem(const model::Series& series) {
    for (const char* label : {"service", "service.name", "service_name", "app", "job"})
        if (const auto found = series.labels.find(label); found != series.labels.end())
            return found->second;
    return {};
}

void add_past(Production& production, const Json& report) {
    const Json& evidence = base::object_at(report, "evidence");
    const Json& incident = base::object_at(report, "incident");
    const Json& causes = base::array_at(report, "causes");
    // A suspicion is no past harm.
    if (causes.empty() || base::number_at(causes.front(), "probability") < 0.5) return;
    const Json& cause = causes.front();
    for (const Json& id : base::array_at(cause, "evidence")) {
        if (!id.is_string() || !evidence.contains(id.get<std::string>())) continue;
        const Json& content = base::object_at(evidence[id.get<std::string>()], "content");
        if (base::text_at(content, "kind") != "change") continue;
        PastHarm harm;
        harm.incident = base::text_at(incident, "id");
        harm.title = base::text_at(incident, "title");
        harm.statement = base::text_at(cause, "statement");
        harm.cause_class = base::text_at(cause, "class");
        harm.entity = base::text_at(base::object_at(cause, "entity"), "name");
        harm.probability = base::number_at(cause, "probability");
        harm.ref = base::text_at(content, "ref");
        harm.change.kind = base::text_at(content, "changeKind");
        harm.change.entity = base::text_at(content, "entity");
        harm.change.summary = base::text_at(content, "summary");
        harm.change.before = base::text_at(content, "before");
        harm.change.after = base::text_at(content, "after");
        harm.change.diff = base::text_at(content, "diff");
        harm.change.ref = harm.ref;
        const auto time = base::parse_rfc3339(base::text_at(content, "time"));
        harm.time = harm.change.time = time ? *time : 0;
        production.past.push_back(std::move(harm));
        return;  // the commit stands before its deploy
    }
}

}  // namespace

void add_window(Production& production, const model::Signals& signals) {
    for (const model::Series& series : signals.metrics) {
        if (production.series.size() >= kMostSeries) break;
        if (const std::string name = stem(series); !name.empty()) production.services.insert(name);
        production.series.push_back(
            {series.name, series.labels, series.unit, series.type == model::SeriesType::Counter});
    }
    for (const model::Span& span : signals.spans)
        if (const auto found = span.attributes.find("service.name");
            found != span.attributes.end() && production.services.size() < kMostServices)
            production.services.insert(found->second);
    for (const model::Edge& edge : signals.topology)
        for (const std::string& end : {edge.from, edge.to})
            if (production.services.size() < kMostServices) production.services.insert(end);
    const analysis::Topology topology = analysis::topology_of(signals);
    for (const std::string& service : production.services)
        for (const auto& [provider, steps] : topology.needs_of(service, 200)) {
            int& known = production.needs[service][provider];
            if (known == 0 || steps < known) known = steps;
        }
    ++production.windows;
}

Production production_of(store::Store& store, int windows, int reports) {
    Production production;
    const auto rows = store.incidents({reports, ""});
    if (!rows) return production;
    for (const store::IncidentRow& row : *rows) {
        if (row.incident.state != model::IncidentState::Reported) continue;
        if (const auto text = store.report(row.incident.id))
            if (const auto report = base::parse_json(*text, "the stored report"))
                add_past(production, *report);
        // Reports are small and all are read; windows are large, and the newest show production as
        // it is.
        if (production.windows >= windows) continue;
        const auto bytes = store.stage(row.incident.id, "snapshot");
        if (!bytes) continue;
        const auto snapshot = store::unpack_snapshot(*bytes);
        if (!snapshot) continue;
        add_window(production, snapshot->signals);
        production.newest = std::max(production.newest, row.incident.opened_at);
    }
    return production;
}

}  // namespace insight::review
