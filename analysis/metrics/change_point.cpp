#include "analysis/metrics/change_point.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "analysis/metrics/past.h"
#include "analysis/metrics/segment.h"
#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

// Chance that a series recorded at another time differs all along, whatever its own noise says.
constexpr double kOfAnotherTime = 5e-3;
constexpr std::size_t kMinForScatter = 12;

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
    // 1.282 standard deviations of a normal distribution reach its 90th percentile.
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
    Past past;
    const auto known = [&]() -> const Past& { return past = past_of(spread, 1); };
    shift.p_value = p_value(spread, known, segment.sum);
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
