#include "analysis/health/rest.h"

#include <algorithm>
#include <cmath>

#include "analysis/health/best_place.h"
#include "analysis/health/pattern.h"

namespace insight::analysis::health {
namespace {

// A week and the shortest usual rest: then some of what recurs was seen twice.
constexpr double kLeastSpan = 9 * kDay;
constexpr double kUsualLength = 2 * kDay;
constexpr double kLeastLength = kDay;
constexpr double kMostLength = 3 * kDay;
// Beside the price of its parameters: it is looked for in many places.
constexpr double kClear = 8;
// Of a course with itself a week earlier. Most series have no week, and the search is dear.
constexpr double kAlikeWeeks = 0.2;

bool weeks_are_alike(const Course& course) {
    Pattern straight;
    straight.bend = false;
    const Column left = fit_with(regression_of(course, straight), 0).residual;
    double crossed = 0;
    double before = 0;
    double after = 0;
    std::size_t early = 0;
    for (std::size_t i = 0; i < course.size(); ++i) {
        const double then = course.time[i] - kWeek;
        while (early < i && course.time[early] < then - course.step / 2) ++early;
        if (course.time[early] > then + course.step / 2) continue;
        crossed += left[i] * left[early];
        before += left[early] * left[early];
        after += left[i] * left[i];
    }
    return crossed > kAlikeWeeks * std::sqrt(before * after);
}

Column column_of(const Course& course, const Rest& rest) {
    Column out;
    for (const double time : course.time) out.push_back(rest.holds(time) ? 1 : 0);
    return out;
}

// The day alone: what a rest is compared with and added to.
Pattern days_of(const std::vector<Cycle>& cycles) {
    Pattern out;
    for (const Cycle& cycle : cycles)
        if (cycle.period == kDay) out.cycles.push_back(cycle);
    return out;
}

// Of all waves but the day's, with their periods where those were searched for.
double parameters(const std::vector<Cycle>& cycles) {
    double out = 0;
    for (const Cycle& cycle : cycles)
        if (cycle.period != kDay) out += 2 * cycle.harmonics + (cycle.period == kWeek ? 0 : 1);
    return out;
}

// First where, with the usual length; then how long; then where again, with that length.
Rest placed(const Course& course, const Regression& base) {
    const double first = course.time.front();
    const auto end = std::lower_bound(course.time.begin(), course.time.end(), first + kWeek);
    const auto week = static_cast<std::size_t>(end - course.time.begin());
    Rest rest{first, kUsualLength};
    const auto place = [&] {
        const Best best = best_place(base, 1, week, [&](std::size_t at) {
            return column_of(course, {course.time[at], rest.length});
        });
        rest.begin = course.time[best.place];
    };
    place();
    const auto points = [&](double seconds) {
        return std::max<std::size_t>(1, static_cast<std::size_t>(seconds / course.step));
    };
    const auto length = [&](std::size_t many) { return static_cast<double>(many) * course.step; };
    const Best best =
        best_place(base, points(kLeastLength), points(kMostLength), [&](std::size_t many) {
            return column_of(course, {rest.begin, length(many)});
        });
    rest.length = length(best.place);
    place();
    return rest;
}

}  // namespace

bool Rest::holds(double seconds) const {
    const double since = std::fmod(seconds - begin, kWeek);
    return (since < 0 ? since + kWeek : since) < length;
}

std::optional<Rest> find_rest(const Course& course) {
    if (course.span() < kLeastSpan || course.step <= 0 || course.step > kLeastLength / 2 ||
        !weeks_are_alike(course))
        return std::nullopt;
    Pattern waves;
    waves.cycles = find_cycles(course, waves);
    Pattern days = days_of(waves.cycles);
    days.rest = placed(course, regression_of(course, days));
    const double price = std::log(static_cast<double>(course.size()));
    double now = deviance(course, days) + 3 * price;
    if (!days.cycles.empty()) {
        days.rest->other_days = true;
        const double other =
            deviance(course, days) + (3 + 2 * days.cycles.front().harmonics) * price;
        days.rest->other_days = other < now;
        now = std::min(now, other);
    }
    const double rival = deviance(course, waves) + parameters(waves.cycles) * price;
    return now + kClear < rival ? days.rest : std::nullopt;
}

Course without_rest(const Course& course, const Rest& rest) {
    Pattern pattern;
    pattern.rest = rest;
    pattern.cycles = find_cycles(course, pattern);
    const Regression regression = regression_of(course, pattern);
    const Fit fitted = fit(regression);
    Course out = course;
    if (fitted.beta.size() != regression.columns.size()) return out;
    for (std::size_t c = first_rest(pattern); c < regression.columns.size(); ++c)
        for (std::size_t i = 0; i < out.size(); ++i)
            out.value[i] -= fitted.beta[c] * regression.columns[c][i];
    return out;
}

}  // namespace insight::analysis::health
