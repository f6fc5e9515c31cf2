// The numbers of the ranking, in log-odds: +1 makes a candidate 2.7 times as probable against its
// rivals. Set by hand from the meaning of each factor; they stand here together so that a fit can
// replace them.
#pragma once

namespace insight::analysis::weights {

constexpr double kUnknown = 1.5;     // "something we have not seen", before any evidence
constexpr double kDirectness = 3.0;  // the mechanism itself was observed
constexpr double kStrength = 1.5;
constexpr double kHarm = 0.5;
constexpr double kSameEntity = 1.0;  // the alert speaks of this very entity
constexpr double kConnected = 0.6;   // … or of one that depends on it
constexpr double kBeforeAlert = 0.5;
constexpr double kAfterAlert = -1.0;
constexpr double kSupport = 0.4;  // per doubling of independent shifts it explains
constexpr double kMaxSupport = 1.2;
constexpr double kCoincidence = 0.5;  // per power of ten of surprise at a change's timing
constexpr double kMaxCoincidence = 1.5;
constexpr double kExplainedAway =
    -3.0;  // an earlier mechanism at the same entity brings this one about
constexpr double kShiftOnly = -2.0;   // a shift without a known mechanism
constexpr double kChangeOnly = -1.5;  // a change whose effect was not observed directly
constexpr double kElsewhere = -1.5;   // a change of an entity the symptom is not known to depend on
constexpr double kRecovered = -6.0;   // what is over never ranks first

}  // namespace insight::analysis::weights
