#include "analysis/traces/level_shift.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::traces {
namespace {

constexpr double kNoticed = 1e-3;          // seconds below which nobody waits
constexpr std::size_t kSmallestChunk = 8;  // samples: less gives no 90th percentile
constexpr std::size_t kMostChunks = 24;    // of the window: bounds the stretches to look at
constexpr double kUsualMove = 0.2;         // of a healthy quantity between two minutes, as ln ratio
constexpr double kUpperMove = 1.75;        // the slow tenth wanders that much more than the median
constexpr double kUsualSpread = 0.6;       // of single samples, as ln, where there are too few
constexpr double kSpreadWeight = 4;
constexpr double kMedianLoss = 1.57;  // variance of a median over that of a mean (pi / 2)
// The part of the moves nearest to zero that sets the scale, and the normal quantile that belongs
// to it: up to two thirds of all quantities may be hurt and the scale is still that of the rest.
constexpr double kQuietPart = 0.35;
constexpr double kQuietQuantile = 0.4538;

struct Reading {
    double middle = 0;
    double upper = 0;
};

struct Readings {
    std::vector<Reading> before;
    std::vector<Reading> within;
    std::size_t chunk = 0;
    double sample_variance = 0;  // of single baseline samples, as ln
    Reading level;               // the baseline's
    bool usable = false;
};

Reading read(std::vector<double>& logs) {
    return {quantile(logs, 0.5), quantile(logs, 0.9)};
}

std::vector<Reading> readings_of(const Measure& measure, std::span<const Sample> samples,
                                 std::size_t chunk) {
    std::vector<Reading> out;
    const std::size_t count = std::max<std::size_t>(1, samples.size() / chunk);
    std::vector<double> logs;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t end = i + 1 == count ? samples.size() : (i + 1) * chunk;
        logs.clear();
        for (const Sample& sample : samples.subspan(i * chunk, end - i * chunk))
            logs.push_back(log_of(measure.quantity, sample.value));
        out.push_back(read(logs));
    }
    return out;
}

Readings readings_of(const Measure& measure) {
    Readings out;
    if (measure.before.empty() || measure.within.empty()) return out;
    out.usable = true;
    out.chunk = std::max(kSmallestChunk, (measure.within.size() + kMostChunks - 1) / kMostChunks);
    out.within = readings_of(measure, measure.within, out.chunk);
    out.before = readings_of(measure, measure.before, out.chunk);
    std::vector<double> logs;
    for (const Sample& sample : measure.before)
        logs.push_back(log_of(measure.quantity, sample.value));
    out.level = read(logs);
    const double scale = robust_scale(logs, out.level.middle);
    if (out.before.size() >= 3) {  // percentiles of few samples are biased: compare like with like
        std::vector<double> middles, uppers;
        for (const Reading& reading : out.before) {
            middles.push_back(reading.middle);
            uppers.push_back(reading.upper);
        }
        out.level = {median(middles), median(uppers)};
    }
    const auto count = static_cast<double>(logs.size());
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
        static_cast<double>(std::max<std::size_t>(1, std::min(readings.chunk, kSmallestChunk * 4)));
    std::vector<double> values;
    for (const Reading& reading : readings.before) values.push_back(part(reading, upper));
    const double scale = robust_scale(values, median(values));
    const auto count = static_cast<double>(values.size() - 1);
    const double prior = upper ? 2 * expected : expected;
    return (count * scale * scale + kSpreadWeight * prior) / (count + kSpreadWeight);
}

double healthy_move(const std::vector<Measure>& measures, const std::vector<Readings>& readings) {
    std::vector<double> moves;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        if (!readings[i].usable || measures[i].quantity == Quantity::FanOut ||
            measures[i].before.size() < kSmallestChunk ||
            measures[i].within.size() < kSmallestChunk)
            continue;
        std::vector<double> values;
        for (const Reading& reading : readings[i].within) values.push_back(reading.middle);
        moves.push_back(std::abs(median(values) - readings[i].level.middle));
    }
    const double scale = moves.empty() ? 0 : quantile(moves, kQuietPart) / kQuietQuantile;
    return std::sqrt(scale * scale + kUsualMove * kUsualMove);
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
            const double error = std::sqrt(noise * (1 / before + 1 / static_cast<double>(length)) +
                                           healthy * healthy);
            if (rise / error > best.z) best = {first, last, rise, rise / error};
        }
    }
    return best;
}

}  // namespace

double log_of(Quantity quantity, double value) {
    return std::log(quantity == Quantity::FanOut ? std::max(1.0, value) : value + kNoticed);
}

std::vector<LevelShift> find_level_shifts(const std::vector<Measure>& measures) {
    std::vector<Readings> readings;
    readings.reserve(measures.size());
    std::size_t usable = 0;
    for (const Measure& measure : measures) {
        readings.push_back(readings_of(measure));
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
        shift.begin = best.first * readings[i].chunk;
        shift.end = best.last + 1 == chunks ? measures[i].within.size()
                                            : (best.last + 1) * readings[i].chunk;
        shift.current = best.last + 1 + (chunks + 9) / 10 > chunks;
        const double looked_at =
            2.0 * static_cast<double>(usable) * (1 + std::log2(static_cast<double>(chunks)));
        const double p = 0.5 * std::exp(-std::sqrt(2.0) * best.z) * looked_at;
        shift.surprise = std::clamp(-std::log10(std::max(p, 1e-30)), 0.0, 30.0);
    }
    return shifts;
}

}  // namespace insight::analysis::traces
