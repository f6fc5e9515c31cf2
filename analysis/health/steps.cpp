#include "analysis/health/steps.h"

#include <algorithm>
#include <cmath>

#include "analysis/health/best_place.h"

namespace insight::analysis::health {
namespace {

constexpr std::size_t kEdge = 4;  // points a stretch must have
constexpr std::size_t kLeastForSteps = 40;
constexpr std::size_t kMostSteps = 4;
constexpr double kClearCurl = 6;  // of the deviance: odds of twenty to one
constexpr double kClearBend = 12;

Column before(const Course& course, std::size_t at) {
    Column out(course.size(), 0.0);
    std::fill_n(out.begin(), at, 1.0);
    return out;
}

}  // namespace

bool steps_explain(const Course& course, const Pattern& growth) {
    const double points = std::log(static_cast<double>(course.size()));
    Pattern straight = growth;
    straight.bend = false;
    // A line has one parameter more than a level, a bend two; a step has its height and its place.
    const double rival =
        std::min(deviance(course, straight) + points, deviance(course, growth) + 2 * points);
    Pattern level = growth;
    level.line = level.bend = false;
    Regression regression = regression_of(course, level);
    const auto step = [&](std::size_t at) { return before(course, at); };
    for (int steps = 1; steps <= 2; ++steps) {
        const Best best = best_place(regression, kEdge, course.size() - kEdge, step);
        if (best.deviance + 3 * points * steps < rival) return true;
        regression.columns.push_back(step(best.place));
    }
    return false;
}

std::vector<std::size_t> more_steps(const Course& course, const Pattern& pattern) {
    std::vector<std::size_t> found;
    if (course.size() < kLeastForSteps) return found;
    const double price = 3 * std::log(static_cast<double>(course.size())) + 6;
    Regression regression = regression_of(course, pattern);
    double now = fit(regression).deviance;
    while (found.size() < kMostSteps) {
        const auto step = [&](std::size_t at) { return before(course, at); };
        const Best best = best_place(regression, kEdge, course.size() - kEdge, step);
        if (now - best.deviance < price) break;
        now = best.deviance;
        regression.columns.push_back(before(course, best.place));
        found.push_back(best.place);
    }
    return found;
}

namespace {

Best best_kink(const Course& course, const Pattern& pattern) {
    const std::size_t n = course.size();
    Pattern straight = pattern;
    straight.bend = false;
    return best_place(regression_of(course, straight), n / 10, n - n / 6, [&](std::size_t at) {
        Column after(n, 0.0);
        for (std::size_t i = at; i < n; ++i)
            after[i] = (course.time[i] - course.time[at]) / course.span();
        return after;
    });
}

bool may_have_kink(const Course& course, const Pattern& pattern) {
    return course.size() >= kLeastForSteps && pattern.jumps.size() <= kEdge;
}

}  // namespace

std::size_t find_kink(const Course& course, const Pattern& pattern) {
    if (!may_have_kink(course, pattern)) return 0;
    const Best best = best_kink(course, pattern);
    const double gain = deviance(course, pattern) - best.deviance;
    return gain > 2 * std::log(static_cast<double>(course.size())) + 6 ? best.place : 0;
}

std::size_t kink_instead_of_cycles(const Course& course, const Pattern& pattern) {
    if (pattern.cycles.empty() || !may_have_kink(course, pattern)) return 0;
    Pattern plain = pattern;
    plain.cycles.clear();
    double parameters = 0;  // of the cycles beyond those of a kink, its place and its turn
    for (const Cycle& cycle : pattern.cycles) parameters += 1 + 2.0 * cycle.harmonics;
    const Best best = best_kink(course, plain);
    const double price = (2 - parameters) * std::log(static_cast<double>(course.size()));
    return best.deviance + price < deviance(course, pattern) ? best.place : 0;
}

std::vector<double> likely_curls(const Course& course, const Pattern& pattern) {
    Pattern straight = pattern;
    straight.bend = false;
    const Fit parabola = fit(regression_of(course, pattern));
    if (deviance(course, straight) - parabola.deviance < kClearBend) return {0};
    std::vector<double> curls{0};
    std::vector<double> deviances{parabola.deviance};
    for (const double curl : {-8.0, -5.0, -3.0, -2.0, -1.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0}) {
        Pattern next = pattern;
        next.curl = curl;
        curls.push_back(curl);
        deviances.push_back(fit_with(regression_of(course, next), parabola.memory).deviance);
    }
    const auto least = std::min_element(deviances.begin(), deviances.end());
    const auto best = static_cast<std::size_t>(least - deviances.begin());
    const std::size_t chosen = deviances[0] - *least < kClearCurl ? 0 : best;
    std::vector<double> out{curls[chosen]};
    for (std::size_t i = 0; i < curls.size(); ++i)
        if (i != chosen && deviances[i] - *least < kClearCurl) out.push_back(curls[i]);
    return out;
}

}  // namespace insight::analysis::health
