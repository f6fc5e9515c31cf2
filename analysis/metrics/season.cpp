#include "analysis/metrics/season.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kMaxCells = 512;  // of the regular grid; bounds the quadratic search
constexpr std::size_t kMaxPhases = 96;  // a quarter of an hour of a day
constexpr std::size_t kMaxCycles = 8;
constexpr double kStandsOut = 0.3;

// Means of equal cells of time; empty cells stay at zero, the centre.
std::vector<double> on_grid(std::span<const model::Nanos> times, std::span<const double> values,
                            std::size_t cells) {
    std::vector<double> sum(cells, 0);
    std::vector<double> count(cells, 0);
    const auto span = static_cast<double>(times.back() - times.front());
    for (std::size_t i = 0; i < times.size(); ++i) {
        const double at = static_cast<double>(times[i] - times.front()) / span;
        const std::size_t cell =
            std::min(cells - 1, static_cast<std::size_t>(at * static_cast<double>(cells)));
        sum[cell] += values[i];
        count[cell] += 1;
    }
    for (std::size_t i = 0; i < cells; ++i)
        if (count[i] > 0) sum[i] /= count[i];
    return sum;
}

}  // namespace

model::Nanos find_period(std::span<const model::Nanos> times, std::span<const double> values) {
    if (times.size() < 24 || times.back() <= times.front()) return 0;
    const std::size_t cells = std::min(kMaxCells, times.size());
    const std::vector<double> grid = on_grid(times, values, cells);
    double power = 0;
    for (const double value : grid) power += value * value;
    if (power <= 0) return 0;
    double best = kStandsOut;
    std::size_t best_lag = 0;
    bool fell = false;  // before a period there is its opposite phase
    double previous = 1;
    double before_previous = 1;
    for (std::size_t lag = 1; lag <= cells / 2; ++lag) {
        double sum = 0;
        for (std::size_t i = lag; i < cells; ++i) sum += grid[i] * grid[i - lag];
        const double likeness =
            sum / power * static_cast<double>(cells) / static_cast<double>(cells - lag);
        if (likeness < 0.1) fell = true;
        // The first peak is the period; its multiples are hardly higher.
        if (fell && lag > 4 && previous > before_previous && previous >= likeness &&
            previous > best * 1.1) {
            best = previous;
            best_lag = lag - 1;
        }
        before_previous = previous;
        previous = likeness;
    }
    return best_lag == 0 ? 0
                         : static_cast<model::Nanos>(
                               static_cast<double>(times.back() - times.front()) *
                               static_cast<double>(best_lag) / static_cast<double>(cells));
}

double unexplained_by_phase(std::span<const model::Nanos> times, std::span<const double> values,
                            model::Nanos period) {
    constexpr std::size_t kPhases = 24;
    std::array<double, kPhases> sum{};
    std::array<double, kPhases> count{};
    double total = 0;
    double squares = 0;
    const double per_phase = static_cast<double>(kPhases) / static_cast<double>(period);
    model::Nanos cycle = 0;  // where the period of the last point began
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Neighbours share a period: a division is needed only where a new one begins.
        if (times[i] < cycle || times[i] - cycle >= period) cycle = times[i] - times[i] % period;
        const auto phase =
            static_cast<std::size_t>(static_cast<double>(times[i] - cycle) * per_phase) % kPhases;
        sum[phase] += values[i];
        count[phase] += 1;
        total += values[i];
        squares += values[i] * values[i];
    }
    const auto size = static_cast<double>(values.size());
    const double variance = squares - total * total / size;
    if (variance <= 0 || size <= kPhases + 1) return 1;
    double rest = squares;
    for (std::size_t phase = 0; phase < kPhases; ++phase)
        if (count[phase] > 0) rest -= sum[phase] * sum[phase] / count[phase];
    return rest / (size - kPhases) / (variance / (size - 1));
}

Season::Season(std::span<const model::Nanos> times, std::span<const double> values,
               model::Nanos period, model::Nanos gap)
    : period_(std::max<model::Nanos>(1, period)) {
    const auto phases = static_cast<std::size_t>(period_ / std::max<model::Nanos>(1, gap));
    bins_.resize(std::clamp<std::size_t>(phases, 1, kMaxPhases));
    per_bin_ = static_cast<double>(bins_.size()) / static_cast<double>(period_);
    if (times.empty()) return;
    const std::int64_t last = times.back() / period_;
    for (std::size_t i = 0; i < times.size(); ++i) {
        const std::int64_t cycle = times[i] / period_;
        if (cycle + static_cast<std::int64_t>(kMaxCycles) < last) continue;
        bins_[bin_of(times[i])].push_back({cycle, values[i]});
    }
}

std::size_t Season::bin_of(model::Nanos time) const {
    const model::Nanos rest = time % period_;
    const model::Nanos phase = rest < 0 ? rest + period_ : rest;
    return std::min(bins_.size() - 1, static_cast<std::size_t>(static_cast<double>(phase) /
                                                               static_cast<double>(period_) *
                                                               static_cast<double>(bins_.size())));
}

std::optional<double> Season::usual_at(model::Nanos time) const {
    const std::int64_t own = time / period_;
    const std::size_t at = bin_of(time);
    std::vector<double> seen;
    seen.reserve(4 * kMaxCycles);
    const std::size_t reach = bins_.size() >= 12 ? 1 : 0;
    for (std::size_t step = 0; step <= 2 * reach; ++step)
        for (const Seen& other : bins_[(at + bins_.size() + step - reach) % bins_.size()])
            if (std::abs(other.cycle - own) >= 1) seen.push_back(other.value);
    if (seen.empty()) return std::nullopt;
    return quantile_in_place(seen, 0.5);
}

std::vector<double> Season::without(std::span<const model::Nanos> times,
                                    std::span<const double> values) const {
    std::vector<double> rest;
    rest.reserve(values.size());
    std::optional<double> usual;
    std::pair<std::int64_t, std::size_t> known{-1, 0};
    for (std::size_t i = 0; i < values.size(); ++i) {
        // Neighbours share their phase, and so what is usual then.
        if (const std::pair here{times[i] / period_, bin_of(times[i])}; here != known) {
            usual = usual_at(times[i]);
            known = here;
        }
        rest.push_back(usual ? values[i] - *usual : 0);
    }
    return rest;
}

}  // namespace insight::analysis::metrics
