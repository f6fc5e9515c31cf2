#include "analysis/health/pattern.h"

#include <algorithm>
#include <cmath>

#include "analysis/health/teeth.h"

namespace insight::analysis::health {
namespace {

constexpr double kMostOfADay = 0.9;
// Half of a week looks like a bend; with the wave beside it the line's error says how much so.
constexpr double kMostOfAWeek = 0.5;
constexpr double kWholeWeek = 0.9;
constexpr double kUsualWeek = 0.4;  // height of a week, of the day's
constexpr std::size_t kFrequencies = 120;
constexpr std::size_t kMostCycles = 2;  // beside the week

// Power of one frequency in residuals; enough to rank frequencies by.
double power(const Course& course, const Column& residual, double period) {
    const double turn = 2 * std::numbers::pi / period;
    double cosine = 0;
    double sine = 0;
    for (std::size_t i = 0; i < residual.size(); ++i) {
        cosine += residual[i] * std::cos(turn * course.time[i]);
        sine += residual[i] * std::sin(turn * course.time[i]);
    }
    return cosine * cosine + sine * sine;
}

double strongest_period(const Course& course, const Column& residual) {
    double best = 0;
    double strongest = 0;
    // From two cycles in the course to eight points a cycle, in half steps of the resolution.
    for (std::size_t i = 4; i < kFrequencies; ++i) {
        const double period = 2 * course.span() / static_cast<double>(i);
        if (period < 8 * course.step) break;
        const double here = power(course, residual, period);
        if (here <= strongest) continue;
        strongest = here;
        best = period;
    }
    return best;
}

// How much the deviance must fall to keep two parameters more that were searched for.
double worth(std::size_t points) {
    return 2 * std::log(static_cast<double>(points)) + 8;
}

// Adds the cycle with as many harmonics as pay for themselves; false: not even one does.
bool add(const Course& course, Pattern& pattern, double& deviance, double period) {
    bool added = false;
    for (int harmonics = 1; harmonics <= 2; ++harmonics) {
        Pattern next = pattern;
        if (added)
            next.cycles.back().harmonics = harmonics;
        else
            next.cycles.push_back({period, harmonics});
        const double with = fit(regression_of(course, next)).deviance;
        if (deviance - with < worth(course.size())) break;
        deviance = with;
        pattern = std::move(next);
        added = true;
    }
    return added;
}

}  // namespace

double bend_of(double time, double curl) {
    if (curl == 0) return time * (time + 1) / 2;
    const double fall = std::expm1(-curl);
    return (std::expm1(curl * time) + fall * time) / (-curl * fall);
}

double bend_slope(double curl) {
    if (curl == 0) return 0.5;
    const double fall = std::expm1(-curl);
    return (curl + fall) / (-curl * fall);
}

namespace {

double angle_of(const Cycle& cycle, int harmonic, double time) {
    return 2 * std::numbers::pi * harmonic * time / cycle.period;
}

bool differs_in_rest(const Pattern& pattern, const Cycle& cycle) {
    return pattern.rest->other_days && cycle.period == kDay;
}

}  // namespace

Regression regression_of(const Course& course, const Pattern& pattern) {
    const std::size_t n = course.size();
    const double span = std::max(course.span(), 1e-9);
    const double end = course.time.back();
    Regression out;
    out.y = course.value;
    for (const double time : course.time)
        out.steps.push_back((time - course.time.front()) / std::max(course.step, 1e-9));
    Column level(n, 1.0);
    Column line;
    Column bend;
    for (const double time : course.time) {
        line.push_back((time - end) / span);
        bend.push_back(bend_of(line.back(), pattern.curl));
    }
    out.columns.push_back(std::move(level));
    if (pattern.line) out.columns.push_back(std::move(line));
    if (pattern.bend) out.columns.push_back(std::move(bend));
    for (const std::size_t jump : pattern.jumps) {
        Column before(n, 0.0);
        std::fill_n(before.begin(), jump, 1.0);
        out.columns.push_back(std::move(before));
    }
    if (!pattern.teeth.empty()) out.columns.push_back(along_teeth(course, pattern.teeth));
    const auto waves = [&](const Cycle& cycle, bool in_rest) {
        for (int harmonic = 1; harmonic <= cycle.harmonics; ++harmonic) {
            Column cosine;
            Column sine;
            for (const double time : course.time) {
                const double angle = angle_of(cycle, harmonic, time);
                const bool counts = !in_rest || pattern.rest->holds(time);
                cosine.push_back(counts ? std::cos(angle) : 0);
                sine.push_back(counts ? std::sin(angle) : 0);
            }
            out.columns.push_back(std::move(cosine));
            out.columns.push_back(std::move(sine));
        }
    };
    for (const Cycle& cycle : pattern.cycles) waves(cycle, false);
    if (!pattern.rest) return out;
    Column rest;
    for (const double time : course.time) rest.push_back(pattern.rest->holds(time) ? 1 : 0);
    out.columns.push_back(std::move(rest));
    for (const Cycle& cycle : pattern.cycles)
        if (differs_in_rest(pattern, cycle)) waves(cycle, true);
    return out;
}

double deviance(const Course& course, const Pattern& pattern) {
    return fit(regression_of(course, pattern)).deviance;
}

std::size_t first_tooth(const Pattern& pattern) {
    return 1 + (pattern.line ? 1U : 0U) + (pattern.bend ? 1U : 0U) + pattern.jumps.size();
}

std::size_t first_cycle(const Pattern& pattern) {
    return first_tooth(pattern) + (pattern.teeth.empty() ? 0U : 1U);
}

std::size_t first_rest(const Pattern& pattern) {
    std::size_t out = first_cycle(pattern);
    for (const Cycle& cycle : pattern.cycles) out += 2 * static_cast<std::size_t>(cycle.harmonics);
    return out;
}

double recurring(const Pattern& pattern, const std::vector<double>& beta, double seconds) {
    double sum = 0;
    std::size_t c = first_cycle(pattern);
    const auto add_waves = [&](const Cycle& cycle) {
        for (int harmonic = 1; harmonic <= cycle.harmonics; ++harmonic) {
            const double angle = angle_of(cycle, harmonic, seconds);
            sum += beta[c] * std::cos(angle) + beta[c + 1] * std::sin(angle);
            c += 2;
        }
    };
    for (const Cycle& cycle : pattern.cycles) add_waves(cycle);
    if (!pattern.rest || !pattern.rest->holds(seconds)) return sum;
    sum += beta[c++];
    for (const Cycle& cycle : pattern.cycles)
        if (differs_in_rest(pattern, cycle)) add_waves(cycle);
    return sum;
}

std::vector<Cycle> find_cycles(const Course& course, const Pattern& without) {
    Pattern pattern = without;
    pattern.line = pattern.bend = true;
    pattern.cycles.clear();
    double deviance = fit(regression_of(course, pattern)).deviance;
    if (course.span() >= kMostOfADay * kDay) add(course, pattern, deviance, kDay);
    const bool week = !pattern.rest && course.span() >= kMostOfAWeek * kWeek &&
                      add(course, pattern, deviance, kWeek);
    while (pattern.cycles.size() < kMostCycles + (week ? 1 : 0)) {
        const double period =
            strongest_period(course, fit(regression_of(course, pattern)).residual);
        if (period <= 0 || !add(course, pattern, deviance, period)) break;
    }
    return pattern.cycles;
}

std::optional<Cycle> believed_week(const Course& course, const Pattern& pattern) {
    if (pattern.rest || course.span() >= kWholeWeek * kWeek) return std::nullopt;
    std::size_t c = first_cycle(pattern);
    double day = 0;
    for (const Cycle& cycle : pattern.cycles) {
        if (cycle.period == kWeek) return std::nullopt;
        if (cycle.period == kDay) {
            const Fit fitted = fit(regression_of(course, pattern));
            // Numbers too large to be squared fit nothing.
            if (fitted.beta.size() <= c + 1) return std::nullopt;
            day = std::hypot(fitted.beta[c], fitted.beta[c + 1]);
        }
        c += 2 * static_cast<std::size_t>(cycle.harmonics);
    }
    if (day <= 0) return std::nullopt;
    return Cycle{kWeek, 1, kUsualWeek * day};
}

std::vector<double> precision_of(const Pattern& pattern, std::size_t columns) {
    std::vector<double> out(columns, 0.0);
    std::size_t c = first_cycle(pattern);
    for (const Cycle& cycle : pattern.cycles)
        for (int i = 0; i < 2 * cycle.harmonics; ++i, ++c)
            if (cycle.believed > 0) out[c] = 1 / (cycle.believed * cycle.believed);
    return out;
}

}  // namespace insight::analysis::health
