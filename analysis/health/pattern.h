// What a course is made of: a level, a line with a slight bend, jumps, and cycles.
#pragma once

#include <numbers>
#include <vector>

#include "analysis/health/course.h"
#include "analysis/health/regression.h"

namespace insight::analysis::health {

struct Cycle {
    double period = 0;  // seconds
    int harmonics = 1;
};

struct Pattern {
    bool line = true;
    bool bend = true;
    std::vector<std::size_t> jumps;  // positions of the first points after them
    std::vector<Cycle> cycles;
};

// Time runs from -1 at the start of a course to 0 at its end, so the first parameter is the level
// at the end (after the last jump), the second the mean growth over the course, the third how much
// the growth per course changed from its start to its end.
constexpr std::size_t kLevel = 0;
constexpr std::size_t kLine = 1;
constexpr std::size_t kBend = 2;
constexpr double bend_of(double time) {
    return time * (time + 1) / 2;
}

Regression regression_of(const Course& course, const Pattern& pattern);

// Where the cycles begin among the parameters.
std::size_t first_cycle(const Pattern& pattern);

// Cycles that explain so much more than lines and memory do that chance is ruled out: the daily
// one where the course covers most of a day, and the strongest of those seen at least twice.
std::vector<Cycle> find_cycles(const Course& course, const Pattern& without);

}  // namespace insight::analysis::health
