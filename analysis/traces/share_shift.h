// Has the share of hits among trials risen? Tries in order of time, in all of the window or in one
// stretch of it. The likelihood ratio of two binomial shares against one (Wilks, 1938), divided by
// how much more than binomial the baseline's shares wander (quasi-likelihood; Wedderburn, 1974).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

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
// Every trial is the part of it that hit, 0 to 1. Only rises count; a fall gives surprise 0.
ShareShift find_share_rise(std::span<const float> before, std::span<const float> within,
                           Trials expected);

// Spans of one trace are one trial: they share the request, so that they say the same thing again.
struct TraceTrials {
    std::vector<float> shares;      // of the spans of each trace that hit, by its first span
    std::vector<std::uint32_t> of;  // the trial of each span, as given

    // Spans and hits of the trials [begin, end).
    [[nodiscard]] Trials spans_in(std::size_t begin, std::size_t end,
                                  const std::vector<bool>& hits) const;
};

// `traces` and `hits` say of each span, in order of time, which trace it is of and whether it hit.
TraceTrials trials_by_trace(const std::vector<std::uint64_t>& traces,
                            const std::vector<bool>& hits);

}  // namespace insight::analysis::traces
