#include "analysis/traces/level_shift.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "analysis/statistics.h"

namespace insight::analysis::traces {
namespace {

constexpr double kNoticed = 1e-3;          // seconds below which nobody waits
constexpr std::size_t kSmallestChunk = 8;  // traces: less gives no 90th percentile
constexpr std::size_t kMostChunks = 24;    // of the window: bounds the stretches to look at
constexpr double kUpperMove = 1.75;        // the slow tenth wanders that much more than the median
constexpr double kUsualSpread = 0.6;       // of single samples, as ln, where there are too few
constexpr double kSpreadWeight = 4;
constexpr std::size_t kFewStretches = 3;  // of the baseline: fewer tell nothing of how it moves
constexpr double kElsewhere = 2;      // stretches of its own that what is usual elsewhere is worth
constexpr double kMedianLoss = 1.57;  // variance of a median over that of a mean (pi / 2)
// The part of the moves nearest to zero that sets the scale, and the normal quantile that belongs
// to it: up to two thirds of all quantities may be hurt and the scale is still that of the rest.
constexpr double kQuietPart = 0.35;
constexpr double kQuietQuantile = 0.4538;

struct Reading {
    double middle = 0;
    double upper = 0;
};

// The samples of one trace are one: their mean logarithm, at the place of the first of them.
struct TraceLogs {
    std::vector<double> logs;
    std::vector<std::size_t> first;  // index of the first sample of each
};

struct Readings {
    std::vector<Reading> before;
    std::vector<Reading> within;
    std::vector<std::size_t>
        edges;  // of the window's chunks, as sample indices; one more than those
    std::size_t traces_before = 0, traces_within = 0;
    std::size_t chunk = 0;
    double sample_variance = 0;  // of single baseline traces, as ln
    Reading level;               // the baseline's
    bool usable = false;
};

TraceLogs logs_by_trace(const SpanForest& forest, const Measure& measure,
                        std::span<const Sample> samples) {
    TraceLogs out;
    std::unordered_map<std::uint64_t, std::size_t> place;
    std::vector<double> counts;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto [it, added] =
            place.try_emplace(forest.nodes()[samples[i].node].trace, counts.size());
        if (added) {
            out.logs.push_back(0);
            out.first.push_back(i);
            counts.push_back(0);
        }
        out.logs[it->second] += log_of(measure.quantity, samples[i].value);
        counts[it->second] += 1;
    }
    for (std::size_t i = 0; i < counts.size(); ++i) out.logs[i] /= counts[i];
    return out;
}

std::vector<Reading> read_chunks(std::span<const double> logs, std::size_t chunk) {
    std::vector<Reading> out;
    const std::size_t count = std::max<std::size_t>(1, logs.size() / chunk);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = i + 1 == count ? logs.size() : (i + 1) * chunk;
        const std::span<const double> part = logs.subspan(i * chunk, end - i * chunk);
        out.push_back({quantile(part, 0.5), quantile(part, 0.9)});
    }
    return out;
}

Readings readings_of(const SpanForest& forest, const Measure& measure) {
    Readings out;
    if (measure.before.empty() || measure.within.empty()) return out;
    out.usable = true;
    const TraceLogs before = logs_by_trace(forest, measure, measure.before);
    const TraceLogs within = logs_by_trace(forest, measure, measure.within);
    out.traces_before = before.logs.size();
    out.traces_within = within.logs.size();
    out.chunk = std::max(kSmallestChunk, (out.traces_within + kMostChunks - 1) / kMostChunks);
    out.before = read_chunks(before.logs, out.chunk);
    out.within = read_chunks(within.logs, out.chunk);
    for (std::size_t i = 0; i < out.within.size(); ++i)
        out.edges.push_back(within.first[i * out.chunk]);
    out.edges.push_back(measure.within.size());
    out.level = {quantile(before.logs, 0.5), quantile(before.logs, 0.9)};
    const double scale = robust_scale(before.logs, out.level.middle);
    if (out.before.size() >= 3) {  // percentiles of few samples are biased: compare like with like
        std::vector<double> middles, uppers;
        for (const Reading& reading : out.before) {
            middles.push_back(reading.middle);
            uppers.push_back(reading.upper);
        }
        out.level = {median(middles), median(uppers)};
    }
    const auto count = static_cast<double>(out.traces_before);
    out.sample_variance = (count * scale * scale + kSpreadWeight * kUsualSpread * kUsualSpread) /
                          (count + kSpreadWeight);
    return out;
}

double part(const Reading& reading, bool upper) {
    return upper ? reading.upper : reading.middle;
}

// How much the baseline's readings wander from chunk to chunk; few chunks lean on what single
// samples say.
double wander(const Readings& readings, bool upper) {
    const double expected =
        kMedianLoss * readings.sample_variance /
        static_cast<double>(std::min(
            {readings.chunk, kSmallestChunk * 4, readings.traces_before, readings.traces_within}));
    std::vector<double> values;
    for (const Reading& reading : readings.before) values.push_back(part(reading, upper));
    const double scale = robust_scale(values, median(values));
    const auto count = static_cast<double>(values.size() - 1);
    // Of a normal sample the 90th percentile varies about twice as much as the median.
    const double prior = upper ? 2 * expected : expected;
    return (count * scale * scale + kSpreadWeight * prior) / (count + kSpreadWeight);
}

// How far stretches of the baseline as long as the window lie from its level, as a variance; the
// fewer there are, the nearer to what is usual elsewhere.
double move_of_baseline(const std::vector<Readings>& readings) {
    std::vector<double> variances;
    double stretches = 0;
    for (const Readings& one : readings) {
        if (!one.usable) continue;
        const std::size_t length = one.within.size();
        const std::size_t count = one.before.size() / length;
        if (count < kFewStretches) continue;
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
            std::vector<double> middles;
            for (std::size_t k = i * length; k < (i + 1) * length; ++k)
                middles.push_back(one.before[k].middle);
            const double move = median(middles) - one.level.middle;
            sum += move * move;
        }
        variances.push_back(sum / static_cast<double>(count));
        stretches = std::max(stretches, static_cast<double>(count));
    }
    const double seen = variances.empty() ? 0 : median(variances);
    return (kElsewhere * kUsualMove * kUsualMove + stretches * seen) / (kElsewhere + stretches);
}

double healthy_move(const std::vector<Measure>& measures, const std::vector<Readings>& readings) {
    std::vector<double> moves;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (!readings[i].usable || measures[i].quantity == Quantity::FanOut ||
            readings[i].traces_before < kSmallestChunk ||
            readings[i].traces_within < kSmallestChunk)
            continue;
        std::vector<double> values;
        for (const Reading& reading : readings[i].within) values.push_back(reading.middle);
        moves.push_back(std::abs(median(values) - readings[i].level.middle));
    }
    const double scale = moves.empty() ? 0 : quantile(moves, kQuietPart) / kQuietQuantile;
    return std::sqrt(scale * scale + move_of_baseline(readings));
}

struct Stretch {
    std::size_t first = 0, last = 0;
    double rise = 0, z = 0;
};

Stretch best_stretch(const Readings& readings, bool upper, double move) {
    const double noise = wander(readings, upper);
    const double healthy = upper ? kUpperMove * move : move;
    const double level = part(readings.level, upper);
    const auto before = static_cast<double>(readings.before.size());
    const std::size_t count = readings.within.size();
    // a stretch of a tenth of the window: one slow chunk is no incident
    const std::size_t shortest = std::max<std::size_t>(1, (count + 9) / 10);
    Stretch best;
    for (std::size_t first = 0; first < count; ++first) {
        double sum = 0;
        for (std::size_t last = first; last < count; ++last) {
            sum += part(readings.within[last], upper) - level;
            const std::size_t length = last - first + 1;
            if (length < shortest) continue;
            const double rise = sum / static_cast<double>(length);
            // a short stretch wanders more than the whole does
            const double moved =
                healthy * healthy *
                std::sqrt(static_cast<double>(count) / static_cast<double>(length));
            const double error =
                std::sqrt(noise * (1 / before + 1 / static_cast<double>(length)) + moved);
            if (rise / error > best.z) best = {first, last, rise, rise / error};
        }
    }
    return best;
}

}  // namespace

double log_of(Quantity quantity, double value) {
    return std::log(quantity == Quantity::FanOut ? std::max(1.0, value) : value + kNoticed);
}

std::vector<LevelShift> find_level_shifts(const SpanForest& forest,
                                          const std::vector<Measure>& measures) {
    std::vector<Readings> readings;
    readings.reserve(measures.size());
    std::size_t usable = 0;
    for (const Measure& measure : measures) {
        readings.push_back(readings_of(forest, measure));
        usable += readings.back().usable ? 1 : 0;
    }
    const double move = healthy_move(measures, readings);
    std::vector<LevelShift> shifts(measures.size());
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (!readings[i].usable) continue;
        const std::size_t chunks = readings[i].within.size();
        const std::array<Stretch, 2> found{best_stretch(readings[i], false, move),
                                           best_stretch(readings[i], true, move)};
        const bool upper = found[1].z > found[0].z;
        const Stretch& best = found[upper ? 1 : 0];
        if (best.z <= 0) continue;
        LevelShift& shift = shifts[i];
        shift.z = best.z;
        shift.log_ratio = best.rise;
        shift.upper = upper;
        shift.begin = readings[i].edges[best.first];
        shift.end = readings[i].edges[best.last + 1];
        shift.current = best.last + 1 + (chunks + 9) / 10 > chunks;
        // Two readings of every measure; of the stretches, which overlap, about as many as halvings
        // of the window say something of their own.
        const double looked_at =
            2.0 * static_cast<double>(usable) * (1 + std::log2(static_cast<double>(chunks)));
        // The upper tail of a Laplace distribution with variance 1.
        const double p = 0.5 * std::exp(-std::sqrt(2.0) * best.z) * looked_at;
        shift.surprise = std::clamp(-std::log10(std::max(p, 1e-30)), 0.0, 30.0);
    }
    return shifts;
}

}  // namespace insight::analysis::traces
