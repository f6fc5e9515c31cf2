// The analysis as a sequence of pure functions: Signals → Detection → Causes → Impact → Report.
// No I/O and no clock: the same signals give the same bytes. Threads: safe, nothing is shared.
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/ranking/candidate.h"
#include "analysis/sight.h"
#include "core/model/report.h"

namespace insight::analysis {

// Who depends on whom: what is declared, and what the signals show.
Topology topology_of(const model::Signals& signals);

// What became abnormal, by every family of detectors.
Detection detect(const Sight& sight);

struct Ranking {
    std::vector<model::Cause> causes;  // most probable first, at most five
    double unexplained = 1;            // probability that the cause is none of the candidates
    bool two_faults = false;  // the first two are both there, and neither brings about the other
    std::vector<model::Recommendation> recommendations;  // of the first cause, or of both faults
    std::vector<model::SuspectChange> changes;           // reviewed, most suspicious first
    std::vector<ranking::Candidate>
        candidates;  // all of them, best first; point into the detection
};

// Weighs the candidates: mechanisms, changes and shifts without a mechanism. Cited changes become
// evidence.
Ranking rank(const Sight& sight, Detection& detection);

struct Judgement {
    model::Verdict verdict = model::Verdict::NotEnoughEvidence;
    double confidence = 0;
    std::string summary;
    std::vector<std::string> to_collect;
};

// Which verdict the evidence carries, and how sure that is.
Judgement judge(const model::Incident& incident, const model::Signals& signals,
                const Detection& detection, const Ranking& ranking);

// Who feels it, how badly, how soon somebody must act. Counted requests and users become evidence.
model::Impact assess_impact(const Sight& sight, Detection& detection, const Ranking& ranking,
                            const Judgement& judgement);
// The same where no logs were collected.
model::Impact assess_impact(const model::Incident& incident, const model::Signals& signals,
                            Detection& detection, const Ranking& ranking,
                            const Judgement& judgement);

// Everything together, ready for the claim check (claims.h).
model::Report compose(const model::Incident& incident, const model::Signals& signals,
                      Detection detection, Ranking ranking, Judgement judgement,
                      model::Impact impact);

}  // namespace insight::analysis
