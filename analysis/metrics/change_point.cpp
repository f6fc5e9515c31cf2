#include "analysis/metrics/change_point.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr double kDrift = 1.0;        // in robust standard deviations
constexpr double kLinear = 4.0;       // distances beyond count by their logarithm
constexpr double kPlausible = 1e-2;   // what is less surprising is no shift
constexpr double kOvershoot = 1.166;  // Siegmund's correction for discrete steps
constexpr double kAsLarge = 0.8;      // of a sum: another one is as large
// Chance that a series recorded at another time differs all along, whatever its own noise says.
constexpr double kOfAnotherTime = 5e-3;
constexpr std::size_t kFine = 12;      // points from which one point may not decide
constexpr std::size_t kMaxPast = 256;  // windows of the baseline that are looked at
constexpr std::size_t kMinForScatter = 12;

struct Segment {
    double sum = 0;
    std::size_t first = 0;
    std::size_t last = 0;
};

double softened(double z) {
    return z <= kLinear ? z : kLinear * (1 + std::log(z / kLinear));
}

// The contiguous segment with the largest sum of (direction * z - drift), less what one point gives
// more than any other.
Segment largest_segment(std::span<const double> z, double direction, double drift = kDrift) {
    Segment best;
    double sum = 0;
    double largest = 0;
    double second = 0;
    double best_excess = 0;
    std::size_t first = 0;
    for (std::size_t i = 0; i < z.size(); ++i) {
        const double step = softened(direction * z[i]) - drift;
        if (sum <= 0) {
            sum = largest = second = 0;
            first = i;
        }
        sum += step;
        if (step > largest) {
            second = largest;
            largest = step;
        } else if (step > second) {
            second = step;
        }
        if (sum > best.sum) {
            best = {sum, first, i};
            best_excess = largest - second;
        }
    }
    // Few points are means over long times each: then one of them says something by itself.
    const double wild = z.size() >= kFine ? 1 : z.size() >= 3 ? 0.5 : 0;
    best.sum -= wild * best_excess;
    return best;
}

// The edges of a segment, found again with half the shift as drift: the best reference value once
// the size of the shift is known (Page, 1954), where a small drift takes neighbouring noise along.
Segment sharpened(std::span<const double> z, double direction, const Segment& segment) {
    const double shift =
        std::abs(median(z.subspan(segment.first, segment.last - segment.first + 1)));
    const Segment sharp = largest_segment(z, direction, std::max(kDrift, softened(shift) / 2));
    return sharp.sum > 0 && sharp.last > sharp.first ? sharp : segment;
}

// Chance that `count` points of noise with this long-run variance reach `sum`, in either direction.
double chance(double sum, std::size_t count, double variance) {
    const double h = 2 * kDrift * (sum + kOvershoot) / variance;
    const double run_length =
        (std::exp(std::min(h, 600.0)) - h - 1) * variance / (2 * kDrift * kDrift);
    return -std::expm1(-2.0 * static_cast<double>(count) / std::max(run_length, 1e-9));
}

// The sums that windows of the baseline reach.
struct Past {
    std::vector<double> sums;  // of overlapping windows, a quarter apart
    double windows = 0;        // that fit side by side
    std::size_t overlap = 1;   // neighbours that share points
};

Past past_of(const Course& course, double direction) {
    Past past;
    const std::size_t length = course.z.size();
    const std::span<const double> before(course.before);
    if (before.size() < length) return past;
    const std::size_t step =
        std::max({std::size_t{1}, length / 4, std::min(length, before.size() / kMaxPast)});
    for (std::size_t at = 0; at + length <= before.size(); at += step)
        past.sums.push_back(largest_segment(before.subspan(at, length), direction).sum);
    past.windows = static_cast<double>(before.size()) / static_cast<double>(length);
    past.overlap = (length + step - 1) / step;
    return past;
}

// How many separate times the baseline reached `sum`; windows side by side show one and the same.
std::size_t episodes(const Past& past, double sum) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < past.sums.size(); ++i) {
        if (past.sums[i] < sum) continue;
        ++count;
        while (i + 1 < past.sums.size() && past.sums[i + 1] >= sum) ++i;
        i += past.overlap - 1;
    }
    return count;
}

// The windows apart from those of the largest episode.
std::vector<double> without_largest(const Past& past) {
    const auto at = std::max_element(past.sums.begin(), past.sums.end());
    if (*at <= 0) return past.sums;
    const auto top = static_cast<std::size_t>(at - past.sums.begin());
    std::size_t first = top;
    std::size_t last = top;
    while (first > 0 && past.sums[first - 1] >= *at / 2) --first;
    while (last + 1 < past.sums.size() && past.sums[last + 1] >= *at / 2) ++last;
    std::vector<double> rest;
    for (std::size_t i = 0; i < past.sums.size(); ++i)
        if (i + past.overlap <= first || i >= last + past.overlap) rest.push_back(past.sums[i]);
    return rest;
}

// Chance by an exponential tail over the typical sum of the baseline's windows; the windows of its
// largest episode are left out, for they may show an earlier incident.
double chance_by_past(const Past& past, double sum, double variance) {
    const std::vector<double> rest = without_largest(past);
    if (rest.size() < 2) return 1 / (past.windows + 1);
    const double typical = median(rest);
    double excess = 0;
    double beyond = 0;
    for (const double value : rest)
        if (value > typical) {
            excess += value - typical;
            beyond += 1;
        }
    const double least = variance / (2 * kDrift);  // the tail of plain noise
    const double scale = std::max(least, beyond > 0 ? excess / beyond : 0) * (1 + 1 / past.windows);
    // Often all is quiet in most windows: then "beyond the typical" is rare by itself.
    const double share =
        std::min(0.5, beyond / static_cast<double>(rest.size()) + 1 / (past.windows + 1));
    return share * std::exp(-std::max(0.0, sum - typical) / scale);
}

// `past` is asked only where noise does not explain the sum already: it costs the most.
template <class Known>
double p_value(const Course& course, const Known& known, double sum) {
    if (chance(sum, course.z.size(), 1) >= kPlausible) return 1;  // correlated noise goes further
    const Past& past = known();
    const double r = course.normal.autocorrelation;
    const double variance = (1 + r) / (1 - r);
    const double noise = chance(sum, course.z.size(), variance);
    if (past.sums.empty()) {
        // The baseline is shorter than the window: it cannot vouch for more than its own length.
        return std::max(noise, std::exp(-sum / variance) / 2);
    }
    double p = std::max(noise, 2 * chance_by_past(past, sum, variance));
    const std::size_t seen = episodes(past, kAsLarge * sum);
    const double usual = std::min(1.0, (1 + static_cast<double>(seen)) / (past.windows + 1));
    if (seen == 1) p = std::max(p, std::sqrt(p * usual));
    if (seen >= 2) p = std::max(p, usual);
    return std::min(1.0, p);
}

void describe(Shift& shift, const Course& course, const Segment& segment) {
    const std::size_t size = segment.last - segment.first + 1;
    const std::span<const double> values = std::span(course.values).subspan(segment.first, size);
    shift.onset = course.times[segment.first];
    shift.end = course.times[segment.last];
    shift.level = median(values);
    for (const double value : values) shift.mean += value / static_cast<double>(size);
    shift.distance = std::abs(shift.level - shift.usual) / course.normal.scale;
    shift.normal = course.normal;
    // Still going on when it reaches the last points; a straggler or two may already look better.
    const std::size_t count = course.values.size();
    const std::size_t patience = std::max<std::size_t>(count >= 6 ? 2 : 1, count / 20);
    shift.current = segment.last + patience + 1 >= count;
}

// What was already so at the head of the window did not begin with the incident: distances beyond
// that only, where the baseline does not lead up to the window.
std::vector<double> beyond_head(const Course& course, double direction, std::size_t first) {
    const double head = direction * median(std::span(course.z).subspan(0, first));
    std::vector<double> z = course.z;
    if (head > 0)
        for (double& value : z) value -= direction * head;
    return z;
}

std::optional<Shift> level_shift(Course& course, double direction) {
    Segment segment = largest_segment(course.z, direction);
    if (segment.sum <= 0) return std::nullopt;
    std::optional<Past> remembered;
    const auto past = [&]() -> const Past& {
        look_back(course);
        if (!remembered) remembered = past_of(course, direction);
        return *remembered;
    };
    std::vector<double> z = course.z;
    Shift shift;
    shift.upward = direction > 0;
    bool has_head = false;
    if (course.normal.apart) {
        // All of the window may lie off: then its first quarter is the head.
        const std::size_t head =
            segment.first > 0 ? segment.first : std::max<std::size_t>(2, z.size() / 4);
        if (head < z.size()) {
            const std::vector<double> rest = beyond_head(course, direction, head);
            const Segment later = largest_segment(rest, direction);
            has_head = segment.first > 0 || (later.sum > 0 && later.first >= head &&
                                             p_value(course, past, later.sum) < kPlausible);
            if (has_head) {
                z = rest;
                segment = later;
            }
        }
        if (segment.sum <= 0) return std::nullopt;
    }
    shift.sum = segment.sum;
    shift.p_value = p_value(course, past, segment.sum);
    if (course.normal.apart && segment.first == 0 && !has_head) {
        shift.from_start = true;
        shift.p_value = std::max(shift.p_value, kOfAnotherTime);
    }
    if (shift.p_value >= kPlausible) return std::nullopt;
    if (segment.last > segment.first) segment = sharpened(z, direction, segment);
    shift.usual =
        median(std::span(course.usual).subspan(segment.first, segment.last - segment.first + 1));
    if (has_head && segment.first > 0) {
        const double head = median(std::span(course.values).subspan(0, segment.first));
        shift.usual = direction > 0 ? std::max(shift.usual, head) : std::min(shift.usual, head);
    }
    describe(shift, course, segment);
    return shift;
}

// The scatter of the window against that of the baseline: the same search over how far points are
// from usual, whichever side.
std::optional<Shift> scatter_shift(Course& course) {
    if (course.z.size() < kMinForScatter || course.rest.size() < 2 * course.z.size())
        return std::nullopt;
    look_back(course);
    Course spread = course;
    std::vector<double> before;
    for (const double z : course.before) before.push_back(std::abs(z));
    const double centre = median(before);
    const double scale =
        std::max({robust_scale(before, centre), 0.3, (quantile(before, 0.9) - centre) / 1.282});
    for (double& z : spread.z) z = (std::abs(z) - centre) / scale;
    for (double& z : spread.before) z = (std::abs(z) - centre) / scale;
    const Segment segment = largest_segment(spread.z, 1);
    if (segment.sum <= 0 || segment.last - segment.first + 1 < kMinForScatter / 2)
        return std::nullopt;
    Shift shift;
    shift.unsteady = true;
    shift.sum = segment.sum;
    shift.p_value = p_value(
        spread, [&spread] { return past_of(spread, 1); }, segment.sum);
    if (shift.p_value >= kPlausible) return std::nullopt;
    shift.usual = course.normal.centre;
    describe(shift, course, segment);
    const auto z = std::span(course.z).subspan(segment.first, segment.last - segment.first + 1);
    std::vector<double> size;
    for (const double value : z) size.push_back(std::abs(value));
    shift.distance = median(size);
    return shift;
}

// Few points of the window need the more of the baseline.
bool comparable(const Course& course) {
    return course.z.size() >= 3 || course.rest.size() >= 20;
}

}  // namespace

std::optional<Shift> shift_of(Course& course) {
    std::optional<Shift> found;
    if (!comparable(course)) return found;
    for (const double direction : {1.0, -1.0}) {
        const auto shift = level_shift(course, direction);
        if (shift && (!found || shift->p_value < found->p_value ||
                      (shift->p_value == found->p_value && shift->sum > found->sum)))
            found = shift;
    }
    return found ? found : scatter_shift(course);
}

double windows_in_baseline(const Course& course) {
    return course.rest.size() < course.z.size() || course.z.empty()
               ? 0
               : static_cast<double>(course.rest.size()) / static_cast<double>(course.z.size());
}

Echo echo_of(Course& course) {
    Echo echo;
    if (!comparable(course)) return echo;
    look_back(course);
    for (const std::size_t side : {0U, 1U}) {
        const Past past = past_of(course, side == 0 ? 1.0 : -1.0);
        if (past.sums.empty()) continue;
        echo.largest[side] = *std::max_element(past.sums.begin(), past.sums.end());
        echo.windows = past.windows;
    }
    return echo;
}

std::optional<Shift> find_shift(const Shape& shape, const model::Window& window) {
    auto course = course_of(shape, window);
    return course ? shift_of(*course) : std::nullopt;
}

}  // namespace insight::analysis::metrics
