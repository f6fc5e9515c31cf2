// Reports as the engine would write them, and labels, made by hand.
#pragma once

#include "agent/evaluation/outcome.h"

namespace insight::evaluation {

inline model::Cause blame(const std::string& entity, double probability,
                          std::vector<std::string> evidence = {}) {
    model::Cause cause;
    cause.entity = {"service", entity};
    cause.probability = probability;
    cause.evidence = std::move(evidence);
    return cause;
}

inline model::Evidence change_evidence(const std::string& id, const std::string& ref) {
    model::Evidence evidence;
    evidence.id = id;
    evidence.content = {{"kind", "change"}, {"ref", ref}};
    return evidence;
}

inline model::Report report_of(model::Verdict verdict, double confidence,
                               std::vector<model::Cause> causes) {
    model::Report report;
    report.verdict = verdict;
    report.confidence = confidence;
    report.causes = std::move(causes);
    return report;
}

inline LabelledCase at_service(const std::string& service, const std::string& group = "shop") {
    LabelledCase label;
    label.snapshot = "s";
    label.causes = {{service, "", "latency", "", ""}};
    label.group = group;
    return label;
}

inline LabelledCase at_change(const std::string& ref) {
    LabelledCase label;
    label.snapshot = "s";
    label.causes = {{"", "", "", "", ref}};
    return label;
}

inline Outcome judged(const LabelledCase& label, const model::Report& report,
                      const Pods& pods = {}) {
    return judge({label}, 0, pods, report);
}

}  // namespace insight::evaluation
