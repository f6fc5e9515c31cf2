// What a course is made of: a level, a line with a slight bend, jumps, teeth, cycles, and days of
// rest.
#pragma once

#include <numbers>
#include <vector>

#include "analysis/health/course.h"
#include "analysis/health/regression.h"
#include "analysis/health/rest.h"

namespace insight::analysis::health {

struct Cycle {
    double period = 0;  // seconds
    int harmonics = 1;
    double believed = 0;  // not seen, but likely of about this height (believed_week)
};

struct Pattern {
    bool line = true;
    bool bend = true;
    std::vector<std::size_t> jumps;  // positions of the first points after them
    std::vector<std::size_t> teeth;  // those that recur (teeth.h)
    std::vector<Cycle> cycles;
    std::optional<Rest> rest;
    double curl = 0;  // how the bend goes on: 0 as a parabola, above as an exponential that runs
                      // away, below as one that settles
};

// Time runs from -1 at the start of a course to 0 at its end, so the first parameter is the level
// at the end (after the last jump), the second the mean growth over the course, the third how much
// the growth per course changed from its start to its end.
constexpr std::size_t kLevel = 0;
constexpr std::size_t kLine = 1;
constexpr std::size_t kBend = 2;
// Zero at both ends of a course, its slope from one end to the other rises by one. With
// `curl` k it is the exponential of k times the time in place of the parabola.
double bend_of(double time, double curl);
// Its slope at the end.
double bend_slope(double curl);

Regression regression_of(const Course& course, const Pattern& pattern);

// How badly the pattern explains the course, with the memory of highest likelihood.
double deviance(const Course& course, const Pattern& pattern);

// Where the teeth, the cycles and the rest begin among the parameters.
std::size_t first_tooth(const Pattern& pattern);
std::size_t first_cycle(const Pattern& pattern);
std::size_t first_rest(const Pattern& pattern);

// What cycles and rest add at a time, seconds from the course's origin.
double recurring(const Pattern& pattern, const std::vector<double>& beta, double seconds);

// Cycles that explain so much more than lines and memory do that chance is ruled out: the daily
// one where the course covers most of a day, the weekly one where it covers most of a week and
// knows no days of rest, and the strongest of those seen at least twice. Of one that was hardly
// seen once the error of the line tells how little is known beside it.
std::vector<Cycle> find_cycles(const Course& course, const Pattern& without);

// What has days has weeks. Where a course has the days but is too short to show the week, a wave
// of the usual share of the day's height belongs to what may explain it: nothing is known of it,
// and that much less of the growth. Empty where the week was, or would have been, seen.
std::optional<Cycle> believed_week(const Course& course, const Pattern& pattern);

// Regression::precision for what is believed of the pattern's cycles.
std::vector<double> precision_of(const Pattern& pattern, std::size_t columns);

}  // namespace insight::analysis::health
