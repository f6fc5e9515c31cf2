// Findings as detectors would leave them.
#pragma once

#include "analysis/logs/log_digest.h"
#include "analysis/stages.h"
#include "tests/unit/analysis/builders.h"

namespace insight::analysis::test {

inline Finding finding(const std::string& kind, const std::string& entity, double surprise,
                       Aspect aspect = Aspect::Other, double harm = 0.8) {
    Finding out;
    out.clue.kind = kind;
    out.clue.entity = {"service", entity};
    out.clue.statement = entity + " shows " + kind + ".";
    out.clue.strength = 0.8;
    out.clue.onset = kStart + kMinute;
    out.aspect = aspect;
    out.harm = harm;
    out.surprise = surprise;
    out.magnitude = 1;
    return out;
}

inline Finding mechanism(const std::string& cause_class, const std::string& entity,
                         double directness, Nanos onset = kStart + kMinute) {
    Finding out = finding("state", entity, 0);
    out.clue.onset = onset;
    Mechanism mechanism;
    mechanism.cause_class = cause_class;
    mechanism.statement = cause_class + " at " + entity + ".";
    mechanism.directness = directness;
    out.mechanism = mechanism;
    return out;
}

inline Detection detection_of(std::vector<Finding> findings) {
    Detection out{model::Scope{}};
    out.findings = std::move(findings);
    return out;
}

// consumer calls provider, pair by pair
inline Topology calls(std::initializer_list<std::pair<const char*, const char*>> edges) {
    std::vector<model::Edge> list;
    for (const auto& [from, to] : edges) list.push_back({from, to, "calls"});
    return Topology(list);
}

inline Ranking ranked(std::vector<Finding> findings, const Topology& topology = Topology(),
                      const model::Incident& about = incident("shop")) {
    static Detection detection{model::Scope{}};
    detection = detection_of(std::move(findings));
    const logs::LogDigest digest(about.window);
    static const model::Signals kSignals;
    return rank(Sight{about, kSignals, digest, topology}, detection);
}

}  // namespace insight::analysis::test
