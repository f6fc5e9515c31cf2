#include "analysis/health/exhaustion.h"

#include <algorithm>
#include <cmath>

#include "analysis/health/student.h"

namespace insight::analysis::health {
namespace {

constexpr double kOutside = 0.08;  // beyond both ends together, a little under the promised tenth
// Nothing grows along a line to better than this share of the time left, however quiet it is.
constexpr double kLeastError = 0.01;
constexpr int kSteps = 1200;

// The first time ahead at which `over` is not negative; -1: never within `most`. The step grows
// with the distance, so that near and far are found equally well.
template <class Over>
double first_time(const Over& over, double least, double most) {
    if (over(0.0) >= 0) return 0;
    const double ratio = std::pow(most / least, 1.0 / kSteps);
    double before = 0;
    for (double time = least; time <= most; time *= ratio) {
        if (over(time) < 0) {
            before = time;
            continue;
        }
        double low = before;
        double high = time;
        for (int i = 0; i < 40; ++i) {
            const double middle = (low + high) / 2;
            (over(middle) >= 0 ? high : low) = middle;
        }
        return high;
    }
    return -1;
}

}  // namespace

std::optional<Exhaustion> find_exhaustion(const Trend& trend, double limit, double most_spans) {
    const double sign = trend.growth > 0 ? 1 : -1;
    const double most = most_spans * trend.span;
    const double least = trend.span / 5000;
    const double wide = two_sided_quantile(kOutside, trend.freedom);
    const auto beyond = [&](double time) { return sign * (trend.line(time) - limit); };
    const double early = first_time(
        [&](double time) {
            const double error = std::hypot(trend.error(time), trend.noise);
            return beyond(time) + trend.swing + wide * error;
        },
        least, most);
    if (early < 0) return std::nullopt;  // not even with luck
    double line = first_time(beyond, least, most);
    // The bend, which far ahead counts for more than it can be known, leads past the limit.
    if (line < 0) line = sign * (limit - trend.level) / std::abs(trend.growth) * trend.span;
    if (line > most) return std::nullopt;
    const double likely = first_time(
        [&](double time) { return beyond(time) + sign * trend.cycles(time); }, least, most);
    const double late = first_time(
        [&](double time) { return beyond(time) - wide * trend.error(time); }, least, 4 * most);
    const auto at = [&](double seconds) { return trend.until + base::from_seconds(seconds); };
    const double best = likely < 0 ? line : std::min(likely, line);
    Exhaustion out;
    out.at = at(best);
    out.earliest = at(std::clamp(early, 0.0, best * (1 - kLeastError)));
    if (late >= 0) out.latest = at(std::max(late, best * (1 + kLeastError)));
    return out;
}

}  // namespace insight::analysis::health
