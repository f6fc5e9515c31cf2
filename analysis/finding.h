// A clue together with what the ranking needs to know about it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/aspect.h"
#include "analysis/evidence_book.h"
#include "core/model/report.h"

namespace insight::analysis {

// How a finding brings about the harm: it turns the clue into a candidate cause.
struct Mechanism {
    std::string cause_class;
    model::Level level = model::Level::Infrastructure;
    std::string statement;
    double directness = 0;  // 1: the mechanism itself was observed; 0: only its traces
    model::Observation overturned_by;
    std::vector<model::Recommendation> recommendations;
    std::vector<model::AffectedService> hurts;  // who waits, is refused or misses because of it
};

struct Finding {
    model::Clue clue;
    std::string brief;  // for the timeline, which says the time itself
    Aspect aspect = Aspect::Other;
    View view = View::Own;
    double harm = 0;  // how much it says that somebody is hurt, 0 to 1
    // -log10 of the chance that a healthy window of this system shows this, after correction for
    // how many things of the same family were looked at; 0 to 30. Below about 2: not worth a word.
    double surprise = 0;
    std::optional<model::Nanos> until;  // of what is over: when it was seen last, where known
    // |ln(now / usual)|: how many times more or less; 0 when there is no "usual" to compare with.
    double magnitude = 0;
    // For latency: extra seconds waited per second over all requests (Little's law: the extra
    // requests under way); for errors: extra failed requests per second. 0 where nobody counted.
    double excess = 0;
    // The part of it that the callees' own excess does not explain.
    double own_excess = 0;
    // What the counterpart suffers from as its caller arises here, where it could not be counted:
    // calls that never arrived.
    bool counted_by_caller = false;
    // Of a surge of load: by name of the entity, which share of its requests is on top of the
    // usual.
    std::map<std::string, double> surplus;
    std::string pod;  // set when the signal came from this pod of the entity alone
    // The other end, for clues about a call: the callee of a slow or failing call.
    std::optional<model::Entity> counterpart;
    std::optional<Mechanism> mechanism;
    bool compares = false;  // rests on a comparison with the baseline; else on a state
};

// What was collected of the service an entity gives, whether or not it moved.
struct Served {
    bool latency = false;            // its times could have been seen to change
    bool failures = false;           // … and its failures
    std::optional<double> requests;  // a second, in the window; nothing: nobody counted
};

inline constexpr std::size_t kKindsOfSignals = 3;  // metrics, logs, traces

// What the window looks like before anything is ranked.
struct Detection {
    explicit Detection(model::Scope scope) : evidence(std::move(scope)) {}

    std::vector<Finding> findings;  // strongest first
    EvidenceBook evidence;
    // Evidence of the alert's own quantity, and whether it left its normal range.
    std::string alert_evidence;
    std::optional<bool> alert_quantity_moved;
    // … when it began to, where the alert was right and it is over by now.
    std::optional<model::Interval> alert_excursion;
    std::string alert_quantity;  // sentence: what it is now and what is usual
    std::size_t series_examined = 0;
    std::map<std::string, Served> served;  // by name of the entity, as metrics tell it
    // Of a data store, by its name: who is connected to it.
    std::map<std::string, std::vector<model::AffectedService>> clients;
    // How many things each family of detectors compared with their baseline ("logs": templates,
    // "traces": operations, …). A family that is absent saw nothing it could judge.
    std::map<std::string, std::size_t> examined;
    // Of metrics, logs and traces, how many could be compared or are known not to exist.
    std::size_t kinds_looked_at = kKindsOfSignals;
};

}  // namespace insight::analysis
