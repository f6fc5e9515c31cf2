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

// One way on: seconds after the end of the course, negative where there are none.
struct Meeting {
    double early = -1;
    double line = -1;
    double likely = -1;
    double late = -1;
};

Meeting meet(const Trend& trend, double limit, double most) {
    const double sign = trend.growth > 0 ? 1 : -1;
    const double least = trend.span / 5000;
    const double wide = two_sided_quantile(kOutside, trend.freedom);
    // Teeth meet the limit with their ends, the line between them later.
    const auto beyond = [&](double time) {
        return sign * (trend.line(time) - limit) + trend.reach;
    };
    Meeting out;
    out.early = first_time(
        [&](double time) {
            const double error = std::hypot(trend.error(time), trend.noise);
            return beyond(time) + trend.swing + wide * error;
        },
        least, most);
    if (out.early < 0) return out;  // not even with luck
    out.line = first_time(beyond, least, most);
    out.likely = first_time([&](double time) { return beyond(time) + sign * trend.cycles(time); },
                            least, most);
    out.late = first_time([&](double time) { return beyond(time) - wide * trend.error(time); },
                          least, 4 * most);
    return out;
}

}  // namespace

std::optional<Exhaustion> find_exhaustion(const Trend& trend, double limit, double most_spans) {
    const double sign = trend.growth > 0 ? 1 : -1;
    const double most = most_spans * trend.span;
    Meeting met = meet(trend, limit, most);
    if (met.early < 0) return std::nullopt;
    // The bend, which far ahead counts for more than it can be known, leads past the limit.
    if (met.line < 0)
        met.line = (sign * (limit - trend.level) - trend.reach) / std::abs(trend.per_second);
    if (met.line > most) return std::nullopt;
    // Nobody knows how a bend goes on: what other ways allow belongs to the interval.
    for (const Trend& rival : trend.rivals) {
        const Meeting other = meet(rival, limit, most);
        if (other.early >= 0) met.early = std::min(met.early, other.early);
        met.late = met.late < 0 || other.late < 0 ? -1 : std::max(met.late, other.late);
    }
    const auto at = [&](double seconds) { return trend.until + base::from_seconds(seconds); };
    // Which of the coming teeth it is that meets the limit is as likely one as another.
    const double best =
        (met.likely < 0 ? met.line : std::min(met.likely, met.line)) + trend.period / 2;
    Exhaustion out;
    out.at = at(best);
    out.earliest = at(std::clamp(met.early, 0.0, best * (1 - kLeastError)));
    if (met.late >= 0) out.latest = at(std::max(met.late + trend.period, best * (1 + kLeastError)));
    return out;
}

}  // namespace insight::analysis::health
