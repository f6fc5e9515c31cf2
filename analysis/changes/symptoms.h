// What went wrong, in the terms a change can be compared with.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "analysis/changes/effects.h"
#include "analysis/finding.h"

namespace insight::analysis::changes {

struct Symptom {
    const Finding* finding = nullptr;  // null: the alert itself, or a hint
    std::string entity;
    std::string text;  // statement, labels and the lines it cites; at most 4 KiB
    Effects effects{};
    double weight = 0;  // 0 to 1: how sure it is abnormal
    std::optional<model::Nanos> onset;
    bool harmful = false;
};

struct Symptoms {
    std::vector<Symptom> all;
    std::string subject;  // the entity the alert speaks of
    Effects effects{};    // the strongest of each
    // When each effect was seen first, by symptoms of at least half the weight of its strongest.
    std::array<std::optional<model::Nanos>, kEffects> first{};
    std::map<std::string, double> words;     // with the weight of the strongest symptom saying it
    std::map<std::string, double> quoted;    // what messages put in quotes
    std::map<std::string, double> entities;  // abnormal ones, with their strongest weight
    // The first harmful thing that is surely abnormal; where there is none, the clearest of those
    // that may be; else the alert's start.
    model::Nanos onset = 0;
};

// The findings, the alert, and `hints` (hints.h). At most 400 symptoms are looked at, the
// strongest.
Symptoms symptoms_of(const model::Incident& incident, const Detection& detection,
                     std::vector<Symptom> hints = {});

}  // namespace insight::analysis::changes
