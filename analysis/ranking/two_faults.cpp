#include "analysis/ranking/two_faults.h"

namespace insight::analysis::ranking {
namespace {

constexpr double kRead = 0.9;  // directness of a state that was read itself
// Of the probability of the first. One that is less likely may have been there for long without
// hurting anybody.
constexpr double kComparable = 0.2;
constexpr double kExplained = 0.5;

bool is_fault_itself(const Candidate& candidate) {
    return candidate.change == nullptr && candidate.current && candidate.finding->mechanism &&
           candidate.finding->surprise <= 0 && candidate[Feature::Directness] >= kRead &&
           candidate.ruled_out_by.empty() && candidate[Feature::ExplainedBelow] <= kExplained;
}

// What the alert speaks of depends on the second as it does on the first.
bool matters_to_alert(const Candidate& first, const Candidate& second) {
    return second[Feature::NearAlert] > 0 || first[Feature::NearAlert] <= 0;
}

bool one_needs_the_other(const std::string& a, const std::string& b, const Topology& topology) {
    return a == b || topology.reaches(a, b) || topology.reaches(b, a);
}

}  // namespace

bool two_faults(const Candidate& first, const Candidate& second, const Topology& topology) {
    return is_fault_itself(first) && is_fault_itself(second) &&
           // One kind at two places is more likely one fault that shows twice.
           first.cause.cause_class != second.cause.cause_class &&
           second.probability >= kComparable * first.probability &&
           matters_to_alert(first, second) &&
           !one_needs_the_other(first.cause.entity.name, second.cause.entity.name, topology);
}

}  // namespace insight::analysis::ranking
