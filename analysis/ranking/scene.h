// Everything that was found, gathered by entity, with its place in the topology.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/ranking/blind_spot.h"
#include "analysis/ranking/feature.h"
#include "analysis/topology.h"

namespace insight::analysis::ranking {

struct Place {
    model::Entity entity;
    std::vector<const Finding*> findings;     // about it, strongest first
    std::vector<const Finding*> accusations;  // found elsewhere, pointing here
    Features features{};
    double total = 0;  // how abnormal it is, over all families
    // Delay and failures that arise here (Finding::own_excess).
    double own_delay = 0, own_failures = 0;
    double own_harm = 0;       // how much the larger of them hurts
    double now = 0, over = 0;  // the clearest that is still true, and that is over
    double mechanism = 0;      // how directly a mechanism was observed here
    std::string explained_by;  // what it needs and what explains most of it; may be empty
    // Who may be the cause of its delay (or failures, whichever it suffers from) unseen.
    BlindSpots unmeasured;
    std::optional<model::Nanos> onset;
    // The earliest that any of it may have begun: before a point of a series nobody looked.
    std::optional<model::Nanos> earliest;
    bool current = false;  // anything still true at the end of the window
    bool held = false;     // … or as long as what the alert speaks of was

    double& operator[](Feature feature) { return features.at(static_cast<std::size_t>(feature)); }
};

// Places by the name of their entity; a name that several kinds share is one place.
using Scene = std::map<std::string, Place>;

Scene scene_of(const model::Incident& incident, const Topology& topology,
               const Detection& detection);

// How clear a finding is, from 0 to 1: its surprise, and how far things moved.
double clarity(const Finding& finding);

// Is it still so, or was it while what the alert speaks of was out of its range, if that is over as
// well? Anything else that is over may be the tail of another incident.
bool holds(const Finding& finding, const Detection& detection);

// What the alert is about; empty names when nobody says.
struct AlertSubject {
    std::string entity;
    Aspect aspect = Aspect::Other;
    model::Nanos time = 0;
};
AlertSubject alert_subject(const model::Incident& incident);

}  // namespace insight::analysis::ranking
