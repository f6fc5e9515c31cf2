// Robust statistics of plain numbers. Pure; inputs need not be sorted and are not changed.
#pragma once

#include <span>
#include <vector>

namespace insight::analysis {

// 0 for no values; the mean of the two middle ones for an even count
double median(std::span<const double> values);

// linear interpolation between order statistics (type 7 of Hyndman and Fan, 1996); q in [0, 1]
double quantile(std::span<const double> values, double q);

// 1.4826 times the median absolute deviation: estimates the standard deviation of a normal sample
// and ignores up to half of the values being wild (Rousseeuw and Croux, 1993)
double robust_scale(std::span<const double> values, double centre);

}  // namespace insight::analysis
