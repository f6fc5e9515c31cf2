#include "analysis/health/jumps.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "analysis/statistics.h"

namespace insight::analysis::health {
namespace {

constexpr double kFar = 7;              // robust standard deviations of all steps
constexpr double kFarBeside = 4;        // … and times what the steps around it are
constexpr double kLeastOfRange = 0.06;  // of the range of the course
constexpr std::size_t kAround = 6;      // steps on either side
constexpr std::size_t kStay = 3;        // points on either side that say where the level is

std::vector<double> steps_around(const std::vector<double>& steps, std::size_t at) {
    std::vector<double> out;
    const std::size_t first = at > kAround ? at - kAround : 0;
    for (std::size_t i = first; i < std::min(steps.size(), at + kAround + 1); ++i)
        // its neighbours may hold a part of the same jump
        if (i + 1 < at || i > at + 1) out.push_back(steps[i]);
    return out;
}

double level(const std::vector<double>& values, std::size_t first, std::size_t last) {
    return median(std::span(values).subspan(first, last - first));
}

bool stays(const Course& course, std::size_t at, double height, double usual_step) {
    const std::size_t before = at > kStay ? at - kStay : 0;
    const std::size_t after = std::min(course.size(), at + kStay);
    const double moved = level(course.value, at, after) - level(course.value, before, at) -
                         usual_step * static_cast<double>(kStay);
    return moved * height > 0 && std::abs(moved) > 0.5 * std::abs(height);
}

}  // namespace

std::vector<std::size_t> find_jumps(const Course& course) {
    std::vector<std::size_t> jumps;
    if (course.size() < 8) return jumps;
    std::vector<double> steps;
    for (std::size_t i = 1; i < course.size(); ++i)
        steps.push_back(course.value[i] - course.value[i - 1]);
    const auto [low, high] = std::minmax_element(course.value.begin(), course.value.end());
    const double centre = median(steps);
    const double least =
        std::max(kFar * robust_scale(steps, centre), kLeastOfRange * (*high - *low));
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::vector<double> around = steps_around(steps, i);
        const double usual = median(around);
        std::vector<double> sizes;
        for (const double step : around) sizes.push_back(std::abs(step - usual));
        const double height = steps[i] - usual;
        if (std::abs(height) < least || std::abs(height) < kFarBeside * quantile(sizes, 0.8) ||
            std::abs(height) < kFarBeside * std::abs(usual))
            continue;
        if (stays(course, i + 1, height, usual)) jumps.push_back(i + 1);
    }
    return jumps;
}

Course teeth_of(const Course& course, const std::vector<std::size_t>& jumps) {
    Course out;
    out.origin = course.origin;
    std::size_t first = 0;
    std::vector<std::size_t> ends = jumps;
    ends.push_back(course.size());
    for (const std::size_t end : ends) {
        if (end > first + 1) {
            out.time.push_back(median(std::span(course.time).subspan(first, end - first)));
            out.value.push_back(level(course.value, first, end));
        }
        first = end;
    }
    if (out.size() > 1) out.step = out.span() / static_cast<double>(out.size() - 1);
    return out;
}

}  // namespace insight::analysis::health
