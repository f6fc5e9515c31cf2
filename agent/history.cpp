#include "agent/history.h"

#include "analysis/history/similar.h"

namespace insight::agent {
namespace {

// the newest ones, of those that left a fingerprint; each costs a read when a window is recorded
constexpr int kIncidentsLookedThrough = 100;
constexpr const char* kStage = "fingerprint";

}  // namespace

std::vector<model::PastIncident> past_incidents(store::Store& store,
                                                const model::Incident& incident) {
    std::vector<model::PastIncident> out;
    const auto rows = store.incidents({kIncidentsLookedThrough, ""});
    if (!rows) return out;  // an answer without its past is still one
    for (const store::IncidentRow& row : *rows) {
        if (row.incident.id == incident.id) continue;
        const auto bytes = store.stage(row.incident.id, kStage);
        if (!bytes) continue;
        const auto json = base::parse_json(*bytes, "a fingerprint");
        if (!json) continue;
        if (auto past = model::past_incident_from_json(*json)) out.push_back(std::move(*past));
    }
    return out;
}

base::Status remember(store::Store& store, const store::Job& job, const model::Report& report) {
    const auto past = analysis::history::past_of(report);
    // Without a cause there is nothing to recognise it by.
    if (!past) return {};
    return store.put_stage(job, kStage, base::dump_json(model::to_json(*past)));
}

}  // namespace insight::agent
