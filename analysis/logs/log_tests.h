// How surprising a count is. All results are -log10 of a probability, 0 or more.
#pragma once

#include <cstdint>

namespace insight::analysis::logs {

// At least `now` events after `before` of them, when `now` was counted over `ratio` times as much
// exposure (seconds, requests) as `before`: the predictive distribution of a Poisson rate known
// from one count with Jeffreys' prior is negative binomial with shape before + 1/2 (Gelman and
// others, Bayesian Data Analysis, 2.6). `clump` lines come together (index of dispersion), so both
// counts are divided by it first.
double surprise_of_more(double before, double now, double ratio, double clump);

// At most `now` events, likewise.
double surprise_of_fewer(double before, double now, double ratio, double clump);

// At least `misses` in `trials`, when there were `old_misses` in `old_trials`: beta-binomial
// predictive distribution with Jeffreys' prior.
double surprise_of_misses(std::uint64_t old_misses, std::uint64_t old_trials, std::uint64_t misses,
                          std::uint64_t trials);

// After looking at `tests` things (Bonferroni), within 0 to 30.
double corrected(double surprise, std::size_t tests);

}  // namespace insight::analysis::logs
