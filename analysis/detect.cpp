#include <algorithm>
#include <array>

#include "analysis/databases/rules.h"
#include "analysis/kinds_looked_at.h"
#include "analysis/kubernetes/edges.h"
#include "analysis/kubernetes/names.h"
#include "analysis/kubernetes/state.h"
#include "analysis/logs/log_clues.h"
#include "analysis/metrics/metric_clues.h"
#include "analysis/stages.h"
#include "analysis/surge.h"
#include "analysis/traces/call_edges.h"
#include "analysis/traces/trace_clues.h"

namespace insight::analysis {
namespace {

struct Family {
    Detector find;
    bool compares;
};

// Every family, in a fixed order; the last looks at what the others found.
constexpr std::array<Family, 6> kFamilies{{{databases::find_clues, false},
                                           {kubernetes::find_states, false},
                                           {metrics::find_clues, true},
                                           {logs::find_log_clues, true},
                                           {traces::find_trace_clues, true},
                                           {find_surge, true}}};

// Current ones first, then by how clear they are and how much they hurt.
bool stronger(const Finding& a, const Finding& b) {
    if (a.clue.current != b.clue.current) return a.clue.current;
    return a.clue.strength * (0.2 + a.harm) > b.clue.strength * (0.2 + b.harm);
}

}  // namespace

Topology topology_of(const model::Signals& signals) {
    std::vector<model::Edge> edges = signals.topology;
    for (model::Edge& edge : traces::edges_of(signals.spans)) edges.push_back(std::move(edge));
    if (!signals.resources.empty())
        for (model::Edge& edge :
             kubernetes::edges_of(signals.resources, kubernetes::names_in(signals)))
            edges.push_back(std::move(edge));
    return Topology(edges);
}

Detection detect(const Sight& sight) {
    Detection detection(sight.incident.scope);
    for (const Family& family : kFamilies) {
        const std::size_t before = detection.findings.size();
        family.find(sight, detection);
        for (std::size_t i = before; i < detection.findings.size(); ++i)
            detection.findings[i].compares = family.compares;
    }
    detection.kinds_looked_at =
        kKindsOfSignals - kinds_not_looked_at(sight.signals.coverage, detection).size();
    std::stable_sort(detection.findings.begin(), detection.findings.end(), stronger);
    return detection;
}

}  // namespace insight::analysis
