// Series whose truth is known: growth of many kinds towards a limit, and series that do not grow.
// The same number gives the same series on every machine.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::generated {

// splitmix64 (Steele, Lea and Flood, 2014)
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15U + 1) {}
    double uniform() {
        state_ += 0x9e3779b97f4a7c15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        z ^= z >> 31U;
        return static_cast<double>(z >> 11U) / 9007199254740992.0;
    }
    double between(double low, double high) { return low + (high - low) * uniform(); }
    // spread evenly over orders of magnitude
    double scale(double low, double high) {
        return std::exp(between(std::log(low), std::log(high)));
    }
    double normal() {  // Box and Muller (1958)
        const double radius = std::sqrt(-2 * std::log(1 - uniform()));
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }
    bool one_in(int many) { return uniform() * many < 1; }

  private:
    std::uint64_t state_;
};

struct Case {
    std::string kind;
    std::vector<model::Point> points;
    double limit = 0;
    double truth = 0;  // seconds after the last point at which the growth itself meets the limit
};

constexpr double kEpoch = 1'800'000'000;

struct Grid {
    double span = 0;  // seconds
    std::size_t count = 0;
    [[nodiscard]] double step() const { return span / static_cast<double>(count - 1); }
};

inline Grid grid_of(Chance& chance, double shortest = 6 * 3600) {
    return {chance.scale(shortest, 7 * 86400), static_cast<std::size_t>(chance.scale(60, 2500))};
}

// First-order autoregression of unit variance; `memory` is the correlation one step apart.
inline std::vector<double> noise(Chance& chance, std::size_t count, double memory, bool wild) {
    std::vector<double> out(count);
    double state = chance.normal();
    for (double& value : out) {
        value = state;
        if (wild && chance.one_in(40)) value += 8 * chance.normal();
        state = memory * state + std::sqrt(1 - memory * memory) * chance.normal();
    }
    return out;
}

inline model::Point point(double seconds, double value) {
    return {base::from_seconds(kEpoch + seconds), value};
}

constexpr int kGrowing = 8;  // kinds

// Growth number `seed`; the kinds take turns.
inline Case growing(std::uint64_t seed) {
    Chance chance(seed);
    static const char* const kKinds[kGrowing] = {"linear",      "linear, memory", "curved",
                                                 "daily cycle", "short cycle",    "gaps",
                                                 "restarts",    "wild values"};
    const auto kind = static_cast<int>(seed % kGrowing);
    Case out{kKinds[kind], {}, 0, 0};
    const Grid grid = grid_of(chance, kind == 3 ? 1.6 * 86400 : 6 * 3600);
    const double span = grid.span;
    const double growth = chance.scale(1e-3, 1e9);  // along the span
    const double base = growth * chance.between(0, 5);
    double bend = 0;  // change of the growth along the span, as a share of it
    if (kind == 2) bend = chance.between(-0.35, 0.35);
    const double memory = kind == 0 ? 0 : chance.between(0, kind == 1 ? 0.95 : 0.8);
    const double spread = growth / chance.scale(3, 60);
    // Slow noise with few points tells nobody anything: keep what could be known.
    const double effective = static_cast<double>(grid.count) * (1 - memory) / (1 + memory);
    const double loud = std::min(spread, growth * std::sqrt(effective) / 30);
    const std::vector<double> error = noise(chance, grid.count, memory, kind == 7);
    const double period = kind == 3 ? 86400 : span / chance.between(3, 12);
    const double amplitude = kind == 3 || kind == 4 ? growth * chance.between(0.1, 0.6) : 0;
    const double phase = chance.between(0, 6.28);
    const auto line = [&](double time) {  // time from -1 to 0 along the span, then on
        return base + growth * (1 + time + bend * time * (time + 1) / 2);
    };
    std::vector<double> restarts;
    if (kind == 6)
        for (int i = chance.one_in(2) ? 1 : 2; i > 0; --i)
            restarts.push_back(chance.between(-0.85, -0.25));
    // A restart that nobody can see in the noise is none.
    const double fall = std::max(growth * chance.between(0.2, 0.8), 6 * loud);
    const double hole = kind == 5 ? chance.between(-0.9, -0.4) : 1;
    for (std::size_t i = 0; i < grid.count; ++i) {
        const double time = -1 + static_cast<double>(i) / static_cast<double>(grid.count - 1);
        double value = line(time) + loud * error[i] +
                       amplitude * std::sin(2 * std::numbers::pi * time * span / period + phase);
        for (const double restart : restarts)
            if (time < restart) value += fall;
        if (time > hole && time < hole + 0.3) continue;
        if (kind == 5 && chance.one_in(5)) continue;
        out.points.push_back(point(time * span, value));
    }
    // A braking growth must not turn round before it arrives.
    double ahead = chance.scale(0.2, 4);
    if (bend < 0) ahead = std::min(ahead, 0.4 / -bend);
    const double last = base::to_seconds(out.points.back().time) - kEpoch;
    out.limit = line(ahead);
    out.truth = ahead * span - last;
    return out;
}

constexpr int kQuiet = 8;

// A series that does not grow. Its limit lies where growth of the size of its own movements would
// arrive within a few spans.
inline Case quiet(std::uint64_t seed) {
    Chance chance(seed + 1'000'003);
    static const char* const kKinds[kQuiet] = {"flat", "slow noise", "daily cycle", "short cycle",
                                               "saw",  "one step",   "wild values", "constant"};
    const auto kind = static_cast<int>(seed % kQuiet);
    Case out{kKinds[kind], {}, 0, 0};
    const Grid grid = grid_of(chance, kind == 2 ? 1.1 * 86400 : 6 * 3600);
    const double memory = kind == 1 ? chance.between(0.5, 0.97) : chance.between(0, 0.6);
    const std::vector<double> error = noise(chance, grid.count, memory, kind == 6);
    const double unit = chance.scale(1e-3, 1e9);
    const double level = unit * chance.between(5, 50);
    const double period = kind == 2 ? 86400 : grid.span / chance.between(2.2, 12);
    const double amplitude = kind == 2 || kind == 3 ? chance.between(1, 8) : 0;
    const double phase = chance.between(0, 6.28);
    const double teeth = chance.between(4, 15);
    const double when = chance.between(-0.9, -0.1);
    const double height = chance.between(2, 12) * (chance.one_in(2) ? 1 : -1);
    for (std::size_t i = 0; i < grid.count; ++i) {
        const double time = -1 + static_cast<double>(i) / static_cast<double>(grid.count - 1);
        double value = level;
        if (kind != 7) value += unit * error[i];
        value +=
            unit * amplitude * std::sin(2 * std::numbers::pi * time * grid.span / period + phase);
        if (kind == 4) value += unit * 12 * (time * teeth + 20 - std::floor(time * teeth + 20));
        if (kind == 5 && time > when) value += unit * height;
        out.points.push_back(point(time * grid.span, value));
    }
    out.limit = level + 30 * unit;
    return out;
}

}  // namespace insight::generated
