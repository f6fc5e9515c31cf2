#include "analysis/databases/rules.h"
#include "analysis/metrics/metric_clues.h"
#include "analysis/stages.h"

namespace insight::analysis {

Topology topology_of(const model::Signals& signals) {
    return Topology(signals.topology);
}

Detection detect(const model::Incident& incident, const model::Signals& signals) {
    Detection detection(incident.scope);
    for (const databases::Instance& instance : databases::instances_of(signals.databases)) {
        databases::Context context{instance, incident.window, signals.changes, detection.evidence,
                                   detection.findings};
        for (const databases::Rule rule : databases::rules_for(instance.system())) rule(context);
    }
    find_metric_clues(signals, incident, incident.window, detection);
    std::stable_sort(detection.findings.begin(), detection.findings.end(),
                     [](const Finding& a, const Finding& b) {
                         if (a.clue.current != b.clue.current) return a.clue.current;
                         return a.clue.strength * (0.2 + a.harm) > b.clue.strength * (0.2 + b.harm);
                     });
    return detection;
}

}  // namespace insight::analysis
