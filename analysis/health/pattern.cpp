#include "analysis/health/pattern.h"

#include <algorithm>
#include <cmath>

#include "analysis/health/teeth.h"

namespace insight::analysis::health {
namespace {

constexpr double kDay = 86400;
constexpr double kMostOfADay = 0.9;
constexpr std::size_t kFrequencies = 120;
constexpr int kMostCycles = 2;

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
    for (const Cycle& cycle : pattern.cycles)
        for (int harmonic = 1; harmonic <= cycle.harmonics; ++harmonic) {
            Column cosine;
            Column sine;
            for (const double time : course.time) {
                const double angle = 2 * std::numbers::pi * harmonic * time / cycle.period;
                cosine.push_back(std::cos(angle));
                sine.push_back(std::sin(angle));
            }
            out.columns.push_back(std::move(cosine));
            out.columns.push_back(std::move(sine));
        }
    return out;
}

std::size_t first_tooth(const Pattern& pattern) {
    return 1 + (pattern.line ? 1U : 0U) + (pattern.bend ? 1U : 0U) + pattern.jumps.size();
}

std::size_t first_cycle(const Pattern& pattern) {
    return first_tooth(pattern) + (pattern.teeth.empty() ? 0U : 1U);
}

std::vector<Cycle> find_cycles(const Course& course, const Pattern& without) {
    Pattern pattern = without;
    pattern.line = pattern.bend = true;
    pattern.cycles.clear();
    double deviance = fit(regression_of(course, pattern)).deviance;
    if (course.span() >= kMostOfADay * kDay) add(course, pattern, deviance, kDay);
    while (pattern.cycles.size() < kMostCycles) {
        const double period =
            strongest_period(course, fit(regression_of(course, pattern)).residual);
        if (period <= 0 || !add(course, pattern, deviance, period)) break;
    }
    return pattern.cycles;
}

}  // namespace insight::analysis::health
