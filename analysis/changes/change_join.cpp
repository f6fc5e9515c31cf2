#include "analysis/changes/change_join.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis {
namespace {

constexpr model::Nanos kReach = base::kHour;
constexpr model::Nanos kResolution = 15 * base::kSecond;  // onsets are known to about one reading

}  // namespace

std::vector<Coincidence> changes_before(const std::vector<model::Change>& changes,
                                        model::Nanos onset, const model::Window& window) {
    const double observed = std::max(1.0, base::to_seconds(window.end - window.baseline_start));
    const auto rate = static_cast<double>(changes.size()) / observed;
    std::vector<Coincidence> found;
    for (const model::Change& change : changes) {
        const model::Nanos earliest = change.not_before != 0 ? change.not_before : change.time;
        if (earliest > onset + kResolution || onset - earliest > kReach) continue;
        Coincidence join;
        join.change = &change;
        join.lag = std::max<model::Nanos>(0, onset - earliest);
        join.p_value = -std::expm1(-rate * base::to_seconds(join.lag + kResolution));
        join.examined = changes.size();
        found.push_back(join);
    }
    std::stable_sort(found.begin(), found.end(), [](const Coincidence& a, const Coincidence& b) {
        return a.p_value < b.p_value;
    });
    return found;
}

}  // namespace insight::analysis
