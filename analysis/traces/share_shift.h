// Has the share of hits among trials risen? Tries in order of time, in all of the window or in one
// stretch of it. The likelihood ratio of two binomial shares against one (Wilks, 1938), divided by
// how much more than binomial the baseline's shares wander (quasi-likelihood; Wedderburn, 1974).
#pragma once

#include <cstdint>
#include <span>

namespace insight::analysis::traces {

struct Trials {
    double hits = 0;
    double all = 0;
};

struct ShareShift {
    double surprise =
        0;               // -log10 p, corrected for the stretches but not for what else is looked at
    Trials before, now;  // now: within the stretch
    std::size_t begin = 0, end = 0;  // the stretch, as indices into `within`
    bool current = false;
};

// `expected` trials are added to the baseline: what is assumed where there is none or too little.
// Flags are 0 or 1. Only rises count; a fall gives surprise 0.
ShareShift find_share_rise(std::span<const std::uint8_t> before,
                           std::span<const std::uint8_t> within, Trials expected);

}  // namespace insight::analysis::traces
