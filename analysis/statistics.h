// Robust statistics of plain numbers. Pure; inputs need not be sorted and, but for select, are
// not changed.
#pragma once

#include <span>
#include <vector>

namespace insight::analysis {

// The value at `rank` (from 0, below the size) of the values in ascending order. Rearranges them:
// none before that place is larger, none after it smaller.
double select(std::span<double> values, std::size_t rank);

// 0 for no values; the mean of the two middle ones for an even count
double median(std::span<const double> values);

// linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996); q in [0, 1]
double quantile(std::span<const double> values, double q);
double quantile_in_place(std::span<double> values, double q);  // rearranges the values

// 1.4826 times the median absolute deviation: estimates the standard deviation of a normal sample
// and ignores up to half of the values being wild (Rousseeuw and Croux, 1993)
double robust_scale(std::span<const double> values, double centre);

}  // namespace insight::analysis
