#include "analysis/statistics.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis {

namespace {

constexpr std::size_t kFew = 24;  // sorted by insertion

// Puts what is smaller than the pivot first and says how many that are: Lomuto's scheme without a
// branch, which random data would mispredict every second time.
template <class Smaller>
std::size_t partition(std::span<double> values, Smaller smaller) {
    std::size_t count = 0;
    for (double& place : values) {
        const double value = place;
        place = values[count];
        values[count] = value;
        count += smaller(value) ? 1 : 0;
    }
    return count;
}

double middle_of(double a, double b, double c) {
    return std::max(std::min(a, b), std::min(std::max(a, b), c));
}

double pivot_of(std::span<const double> values) {
    const std::size_t step = values.size() / 8;
    const auto three = [&](std::size_t from) {
        return middle_of(values[from], values[from + step], values[from + 2 * step]);
    };
    return middle_of(three(0), three(3 * step), three(values.size() - 1 - 2 * step));
}

void sort_few(std::span<double> values) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        const double value = values[i];
        std::size_t at = i;
        for (; at > 0 && value < values[at - 1]; --at) values[at] = values[at - 1];
        values[at] = value;
    }
}

}  // namespace

// Quickselect (Hoare, 1961) with a pseudo-median of nine as pivot; the library's introselect takes
// over where the pivots turn out badly, so that no input takes quadratic time.
double select(std::span<double> values, std::size_t rank) {
    std::span<double> part = values;
    std::size_t place = rank;
    for (int rounds = 48; part.size() > kFew && rounds > 0; --rounds) {
        const double pivot = pivot_of(part);
        const std::size_t smaller = partition(part, [pivot](double v) { return v < pivot; });
        if (place < smaller) {
            part = part.first(smaller);
            continue;
        }
        part = part.subspan(smaller);
        place -= smaller;
        if (smaller > 0) continue;
        // The pivot is the least of them, and there may be many like it.
        const std::size_t equal = partition(part, [pivot](double v) { return v <= pivot; });
        if (place < equal) return pivot;
        part = part.subspan(equal);
        place -= equal;
    }
    if (part.size() > kFew)
        std::nth_element(part.begin(), part.begin() + static_cast<std::ptrdiff_t>(place),
                         part.end());
    else
        sort_few(part);
    return part[place];
}

double quantile_in_place(std::span<double> values, double q) {
    if (values.empty()) return 0;
    const double position = q * static_cast<double>(values.size() - 1);
    const auto low = static_cast<std::size_t>(position);
    const double below = select(values, low);
    const double fraction = position - static_cast<double>(low);
    if (fraction == 0 || low + 1 == values.size()) return below;
    const double above =
        *std::min_element(values.begin() + static_cast<std::ptrdiff_t>(low) + 1, values.end());
    return below + fraction * (above - below);
}

double quantile(std::span<const double> values, double q) {
    std::vector<double> copy(values.begin(), values.end());
    return quantile_in_place(copy, q);
}

double median(std::span<const double> values) {
    return quantile(values, 0.5);
}

double robust_scale(std::span<const double> values, double centre) {
    std::vector<double> distances;
    distances.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) distances[i] = std::abs(values[i] - centre);
    return 1.4826 * quantile_in_place(distances, 0.5);
}

}  // namespace insight::analysis
