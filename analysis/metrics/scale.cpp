#include "analysis/metrics/scale.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

// The different values, ascending; nothing when there are more than `most`.
std::vector<double> distinct(std::span<const double> values, std::size_t most) {
    std::vector<double> found;
    found.reserve(most);
    // A table of open addressing, at most half full; 0 is a free place.
    std::vector<std::uint32_t> table(std::bit_ceil(2 * most + 2));
    for (const double value : values) {
        const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
        std::size_t at = (bits * 0x9e3779b97f4a7c15ULL >> 32U) & (table.size() - 1);
        while (table[at] != 0 && found[table[at] - 1] != value) at = (at + 1) & (table.size() - 1);
        if (table[at] != 0) continue;
        if (found.size() >= most) return {};
        found.push_back(value);
        table[at] = static_cast<std::uint32_t>(found.size());
    }
    std::sort(found.begin(), found.end());
    return found;
}

// Smallest step between different values, when only a few values occur: a count, or a count
// divided by something. 0: continuous.
double quantum_of(std::span<const double> values, const Shape& shape) {
    if (shape.whole && !shape.rate) return 1;
    const std::vector<double> few = distinct(values, std::max<std::size_t>(8, values.size() / 8));
    double least = 0;
    for (std::size_t i = 1; i < few.size(); ++i)
        if (const double step = few[i] - few[i - 1]; least == 0 || step < least) least = step;
    return least;
}

}  // namespace

Ranked ranked(std::span<const double> values) {
    std::vector<double> copy(values.begin(), values.end());
    const std::span<double> all(copy);
    const std::size_t last = all.size() - 1;
    const std::size_t middle = last / 2;
    const std::size_t fifth = all.size() / 5;
    const auto place = [last](double q) {
        return static_cast<std::size_t>(q * static_cast<double>(last) + 0.5);
    };
    Ranked out;
    // Each one orders what lies beside it: from the middle outwards.
    out.middle_low = select(all, middle);
    out.centre =
        all.size() % 2 == 1
            ? out.middle_low
            : *std::min_element(copy.begin() + static_cast<std::ptrdiff_t>(middle) + 1, copy.end());
    out.median = out.middle_low + 0.5 * (out.centre - out.middle_low);
    out.fifth = select(all.first(middle + 1), fifth);
    out.low = select(all.first(fifth + 1), place(0.01));
    out.four_fifths = select(all.subspan(middle), last - fifth - middle);
    out.high = select(all.subspan(last - fifth), place(0.99) - (last - fifth));
    return out;
}

double median_less(const Ranked& of, double level) {
    const double below = of.middle_low - level;
    return below + 0.5 * ((of.centre - level) - below);
}

double smallest_scale(const Shape& shape, std::span<const double> values, double four_fifths,
                      double fifth, double centre) {
    // A share that is nearly always whole resolves a third of a percent at best.
    double floor = shape.share ? 0.003 : std::max(1e-12, 0.01 * std::abs(centre));
    if (const double quantum = quantum_of(values, shape); quantum > 0) {
        floor = std::max(floor, 0.5 * quantum);
        double mean = 0;
        for (const double value : values) mean += std::abs(value);
        mean /= static_cast<double>(values.size());
        // Counts scatter at least like a Poisson count does; large sizes in whole numbers are none.
        if (mean < 1000 * quantum) floor = std::max(floor, std::sqrt(mean * quantum));
    }
    // The events behind one point of a rate scatter like a Poisson count.
    if (shape.rate && shape.typical_gap > 0)
        floor = std::max(floor, std::sqrt(std::max(1.0, centre * shape.typical_gap)) /
                                    shape.typical_gap * (shape.whole ? 1.0 : 0.1));
    // Half of the values may be equal while the others scatter: then the quantiles still tell. A
    // fifth may belong to an earlier incident.
    // 1.683 standard deviations lie between these two of a normal distribution.
    return std::max(floor, (four_fifths - fifth) / 1.683);
}

}  // namespace insight::analysis::metrics
