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
    friend Trials operator+(const Trials& a, const Trials& b) {
        return {a.hits + b.hits, a.all + b.all};
    }
};

// ln of how many times larger the share is now, with half a hit added to each so that none is no
// infinity (Haldane, 1956); never negative.
double log_rise(const Trials& before, const Trials& now);

struct ShareShift {
    double surprise =
        0;               // -log10 p, corrected for the stretches but not for what else is looked at
    Trials before, now;  // now: within the stretch
    // The last of the baseline's trials that look like the stretch belong to it, for alerts wait:
    // the baseline is `before` up to here, its size where the stretch begins in `within`.
    std::size_t baseline_end = 0;
    std::size_t begin = 0, end = 0;  // the stretch, as indices into `within`
    bool current = false;
};

// At most three eighths of `before` can turn out to belong to the trouble; the further back it
// would have begun, the more it takes to believe it. `expected` trials are added to the baseline:
// what is assumed where there is none or too little. Every trial is the part of it that hit, 0
// to 1. Only rises count; a fall gives surprise 0.
ShareShift find_share_rise(std::span<const float> before, std::span<const float> within,
                           Trials expected);

// Spans of one trace are one trial: they share the request, so that they say the same thing again.
// Made from the trace of each span, in order of time.
class TraceTrials {
  public:
    explicit TraceTrials(const std::vector<std::uint64_t>& traces);

    [[nodiscard]] std::size_t count() const { return spans_.size(); }
    // Is this span part of the trials [begin, end)?
    [[nodiscard]] bool within(std::size_t span, std::size_t begin, std::size_t end) const {
        return of_[span] >= begin && of_[span] < end;
    }
    // Of each trial, by its first span: the part of its spans that hit.
    [[nodiscard]] std::vector<float> shares(const std::vector<bool>& hits) const;
    // Spans and hits of the trials [begin, end).
    [[nodiscard]] Trials spans_in(std::size_t begin, std::size_t end,
                                  const std::vector<bool>& hits) const;

  private:
    std::vector<std::uint32_t> of_;  // the trial of each span
    std::vector<float> spans_;       // of each trial
};

}  // namespace insight::analysis::traces
