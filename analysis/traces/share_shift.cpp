#include "analysis/traces/share_shift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace insight::analysis::traces {
namespace {

// Few enough that all stretches of them can be tried, many enough that a fault of an eighth of the
// window is not thinned out by the rest of it.
constexpr std::size_t kChunks = 8;
constexpr double kDispersionWeight = 4;  // chunks' worth of belief in plain binomial counts
// Of the baseline, that the trouble may have begun before the window …
constexpr std::size_t kMostEarlier = 3;
constexpr std::size_t kEnoughOfChunk = 4;  // … where a chunk of it tells something
// … each of them as ln of how much less likely that is than in the chunk after it.
constexpr double kEarlierCosts = 1;

using Chunks = std::array<Trials, kChunks>;

std::size_t edge(std::size_t chunk, std::size_t size) {
    return chunk * size / kChunks;
}

Chunks chunks_of(std::span<const float> flags) {
    Chunks chunks{};
    for (std::size_t i = 0; i < kChunks; ++i)
        for (std::size_t at = edge(i, flags.size()); at < edge(i + 1, flags.size()); ++at) {
            chunks[i].hits += flags[at];
            chunks[i].all += 1;
        }
    return chunks;
}

// Without the binomial coefficient, which cancels out in the ratio. A share of exactly 0 or 1 is
// only asked about tries that it explains, so no logarithm of nothing is taken.
double log_likelihood(const Trials& trials, double share) {
    double sum = 0;
    if (trials.hits > 0) sum += trials.hits * std::log(share);
    if (trials.all > trials.hits) sum += (trials.all - trials.hits) * std::log1p(-share);
    return sum;
}

double likelihood_ratio(const Trials& before, const Trials& now) {
    const double pooled = (before.hits + now.hits) / (before.all + now.all);
    return log_likelihood(before, before.hits / before.all) +
           log_likelihood(now, now.hits / now.all) - log_likelihood(before, pooled) -
           log_likelihood(now, pooled);
}

// Requests of one kind come in runs: shares that wander more than binomial ones prove less.
double dispersion(std::span<const Trials> chunks, const Trials& expected) {
    Trials sum = expected;
    for (const Trials& chunk : chunks) {
        sum.hits += chunk.hits;
        sum.all += chunk.all;
    }
    const double share = sum.hits / sum.all;
    if (share <= 0 || share >= 1) return 1;
    double chi_square = 0;
    double degrees = -1;
    for (const Trials& chunk : chunks) {
        if (chunk.all == 0) continue;
        const double off = chunk.hits - chunk.all * share;
        chi_square += off * off / (chunk.all * share * (1 - share));
        degrees += 1;
    }
    if (degrees <= 0) return 1;
    return std::max(1.0, (chi_square + kDispersionWeight) / (degrees + kDispersionWeight));
}

// Are the tries after the stretch too well off for its share to go on? A rare failure is not over
// because the last few requests went well: it takes as many as make that unlikely (5 %, Poisson).
bool is_over(const Trials& during, const Trials& after) {
    constexpr double kUnlikely = 0.05;
    const double expected = (during.hits + 0.5) / (during.all + 1) * after.all;
    double term = std::exp(-expected);
    double chance = 0;
    for (double hits = 0; hits <= after.hits; ++hits) {
        chance += term;
        term *= expected / (hits + 1);
    }
    return chance < kUnlikely;
}

}  // namespace

double log_rise(const Trials& before, const Trials& now) {
    return std::max(0.0, std::log((now.hits + 0.5) / (now.all + 1)) -
                             std::log((before.hits + 0.5) / (before.all + 1)));
}

ShareShift find_share_rise(std::span<const float> before, std::span<const float> within,
                           Trials expected) {
    const Chunks usual = chunks_of(before);
    const Chunks recent = chunks_of(within);
    ShareShift best;
    double ratio = 0;
    // Finds the best stretch that goes on from `earlier` chunks of the baseline.
    const auto try_from = [&](std::size_t earlier) {
        const std::span<const Trials> left(usual.data(), kChunks - earlier);
        Trials base = expected;
        for (const Trials& chunk : left) {
            base.hits += chunk.hits;
            base.all += chunk.all;
        }
        if (base.all <= 0) return;
        // What is told to people is what was seen, without what was assumed beside it.
        const Trials seen{base.hits - expected.hits, base.all - expected.all};
        if (earlier == 0) best.before = seen;
        Trials tail;
        for (std::size_t i = kChunks - earlier; i < kChunks; ++i) {
            tail.hits += usual[i].hits;
            tail.all += usual[i].all;
        }
        const double spread = dispersion(left, expected);
        for (std::size_t first = 0; first < (earlier > 0 ? 1 : kChunks); ++first) {
            Trials now = tail;
            for (std::size_t last = first; last < kChunks; ++last) {
                now.hits += recent[last].hits;
                now.all += recent[last].all;
                if (now.all == 0 || now.hits / now.all <= base.hits / base.all) continue;
                const double found = likelihood_ratio(base, now) / spread -
                                     kEarlierCosts * static_cast<double>(earlier);
                if (found <= ratio) continue;
                ratio = found;
                best.before = seen;
                best.now = now;
                best.baseline_end = edge(kChunks - earlier, before.size());
                best.begin = edge(first, within.size());
                best.end = edge(last + 1, within.size());
            }
        }
    };
    best.baseline_end = before.size();
    try_from(0);
    if (before.size() >= kEnoughOfChunk * kChunks)
        for (std::size_t earlier = 1; earlier <= kMostEarlier; ++earlier) try_from(earlier);
    Trials after;
    for (std::size_t i = best.end; i < within.size(); ++i) {
        after.hits += within[i];
        after.all += 1;
    }
    best.current = !is_over(best.now, after);
    // The best of many stretches was chosen: they overlap, so about as many as there are chunks are
    // independent of each other.
    const auto stretches = static_cast<double>(std::min(kChunks, within.size()));
    best.surprise =
        std::clamp((ratio - std::log(std::max(1.0, stretches))) / std::log(10.0), 0.0, 30.0);
    return best;
}

TraceTrials::TraceTrials(const std::vector<std::uint64_t>& traces) {
    std::unordered_map<std::uint64_t, std::uint32_t> trial_of;
    of_.reserve(traces.size());
    for (const std::uint64_t trace : traces) {
        const auto [it, added] =
            trial_of.try_emplace(trace, static_cast<std::uint32_t>(spans_.size()));
        if (added) spans_.push_back(0);
        spans_[it->second] += 1;
        of_.push_back(it->second);
    }
}

std::vector<float> TraceTrials::shares(const std::vector<bool>& hits) const {
    std::vector<float> out(spans_.size(), 0);
    for (std::size_t i = 0; i < of_.size(); ++i)
        if (hits[i]) out[of_[i]] += 1;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] /= spans_[i];
    return out;
}

Trials TraceTrials::spans_in(std::size_t begin, std::size_t end,
                             const std::vector<bool>& hits) const {
    Trials sum;
    for (std::size_t i = 0; i < of_.size(); ++i) {
        if (!within(i, begin, end)) continue;
        sum.all += 1;
        sum.hits += hits[i] ? 1 : 0;
    }
    return sum;
}

}  // namespace insight::analysis::traces
