#include "analysis/traces/gap_blame.h"

namespace insight::analysis::traces {
namespace {

// Half a call's worth of belief that the others would have risen as well; a little less for the
// caller decides ties.
constexpr double kCalleeBelief = 0.5;
constexpr double kCallerBelief = 0.45;

}  // namespace

Side blame(const GapRises& rises, std::uint32_t caller, std::uint32_t callee) {
    const auto own = rises.find({caller, callee});
    const double rise = own == rises.end() ? 0 : own->second;
    double other_callers = kCalleeBelief * rise;
    double other_callees = kCallerBelief * rise;
    double callers = 1;
    double callees = 1;
    for (const auto& [pair, risen] : rises) {
        if (pair.second == callee && pair.first != caller) {
            other_callers += risen;
            callers += 1;
        } else if (pair.first == caller && pair.second != callee) {
            other_callees += risen;
            callees += 1;
        }
    }
    return other_callees / callees > other_callers / callers ? Side::Caller : Side::Callee;
}

}  // namespace insight::analysis::traces
