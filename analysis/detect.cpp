#include "analysis/metric_clues.h"
#include "analysis/rules/rules.h"
#include "analysis/stages.h"

namespace insight::analysis {

Detection detect(const model::Incident& incident, const model::Signals& signals) {
    Detection detection{{}, EvidenceBook(incident.scope), {}, {}, {}, 0};
    for (const rules::Instance& instance : rules::instances_of(signals.databases)) {
        rules::Context context{instance, incident.window, signals.changes, detection.evidence,
                               detection.findings};
        for (const rules::Rule rule : rules::rules_for(instance.system())) rule(context);
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
