// Courses with a week in them, as whatever people use has one: growth beside it, and none. How much
// of the record is needed to tell one from the other is the question, so it is said of each how
// many weeks long it is. The same number gives the same series on every machine.
#pragma once

#include "bench/health/shapes.h"

namespace insight::generated {

constexpr double kWeek = 7 * kDay;

// What a week adds, of about unit height: a wave, a smaller one beside the days, or working days.
inline double week_of(int kind, double at, double phase, double daily) {
    const double day = std::sin(2 * std::numbers::pi * (at / kDay + phase));
    switch (kind) {
        case 0:
            return std::sin(2 * std::numbers::pi * (at / kWeek + phase));
        case 1:
            return 0.4 * std::sin(2 * std::numbers::pi * (at / kWeek + phase)) + daily * day;
        default:
            return (saw(at / kWeek + phase) * 7 < 5 ? 1 : 0.4) * (1 + daily * day);
    }
}

constexpr int kWeekKinds = 3;
constexpr const char* kWeekNames[kWeekKinds] = {"wave", "wave and days", "working days"};
// Under a week nobody can know the season; in the second it is seen a second time in part.
constexpr int kLengths = 3;
constexpr const char* kLengthNames[kLengths] = {"2 days to 1 week", "1 to 2 weeks", "2 to 5 weeks"};
constexpr double kLengthEnds[kLengths + 1] = {2 * kDay, kWeek, 2 * kWeek, 5 * kWeek};

inline Case with_a_week(std::uint64_t seed, double slope) {
    Chance chance(seed + 4'000'037);
    const auto kind = static_cast<int>(seed % kWeekKinds);
    const auto length = static_cast<int>(seed / kWeekKinds % kLengths);
    const double span = chance.scale(kLengthEnds[length], kLengthEnds[length + 1]);
    const Grid grid{span, static_cast<std::size_t>(chance.scale(150, 1500))};
    const double unit = chance.scale(1, 1e6);
    const double base = unit * chance.between(1, 5);
    // Growth along the record beside the height of the season.
    const double growth = slope * unit * chance.scale(0.5, 5);
    const double phase = chance.uniform();
    const double daily = chance.between(0.2, 0.8);
    const double loud = unit * chance.between(0.02, 0.1);
    // The limit lies a week ahead at least, or the season met it last week.
    const double ahead = std::max(chance.scale(0.2, 3), kWeek / span);
    return sampled(
        chance, std::string(kWeekNames[kind]) + ", " + kLengthNames[length],
        [=](double at) {
            return base + growth * at / span + unit * week_of(kind, at, phase, daily);
        },
        grid, loud, 0.3, ahead);
}

inline Case growing_week(std::uint64_t seed) {
    return with_a_week(seed, 1);
}

inline Case quiet_week(std::uint64_t seed) {
    return with_limit(with_a_week(seed + 500'000, 0));
}

}  // namespace insight::generated
