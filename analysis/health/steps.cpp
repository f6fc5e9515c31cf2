#include "analysis/health/steps.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis::health {
namespace {

constexpr std::size_t kPlaces = 24;  // tried first, then the neighbourhood of the best
constexpr std::size_t kEdge = 4;     // points a stretch must have
constexpr std::size_t kLeastForSteps = 40;
constexpr std::size_t kMostSteps = 4;
constexpr double kClearCurl = 6;  // of the deviance: odds of twenty to one
constexpr double kClearBend = 12;

double deviance(const Course& course, const Pattern& pattern) {
    return fit(regression_of(course, pattern)).deviance;
}

Column before(const Course& course, std::size_t at) {
    Column out(course.size(), 0.0);
    std::fill_n(out.begin(), at, 1.0);
    return out;
}

// The place where one more column, made for that place, lowers the deviance most, looked for as if
// errors had no memory and as if they had that of `base`; with its own memory fitted in the end.
struct Best {
    std::size_t place = 0;
    double deviance = INFINITY;
};

template <class Make>
Best best_place(const Regression& base, std::size_t first, std::size_t last, const Make& column) {
    Best best;
    const double usual = fit(base).memory;
    for (const double memory : {0.0, usual}) {
        Best here;
        const auto attempt = [&](std::size_t at) {
            if (at < first || at > last) return;
            Regression next = base;
            next.columns.push_back(column(at));
            const double value = fit_with(next, memory).deviance;
            if (value < here.deviance) here = {at, value};
        };
        const std::size_t stride = std::max<std::size_t>(1, (last - first) / kPlaces);
        for (std::size_t at = first; at <= last; at += stride) attempt(at);
        for (std::size_t reach = stride / 2; reach >= 1; reach /= 2) {
            const std::size_t centre = here.place;
            attempt(centre - reach);
            attempt(centre + reach);
        }
        if (here.place == 0) continue;
        Regression chosen = base;
        chosen.columns.push_back(column(here.place));
        here.deviance = fit(chosen).deviance;
        if (here.deviance < best.deviance) best = here;
        if (usual <= 0) break;
    }
    return best;
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
