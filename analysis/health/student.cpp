#include "analysis/health/student.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis::health {
namespace {

constexpr double kTiny = 1e-300;

// Lentz' evaluation of the continued fraction; converges for x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
    double c = 1;
    double d = 1 / std::max(kTiny, 1 - (a + b) * x / (a + 1));
    double result = d;
    for (int m = 1; m <= 300; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double change = 1;
        for (const double term : {even, odd}) {
            d = 1 + term * d;
            c = 1 + term / c;
            if (std::abs(d) < kTiny) d = kTiny;
            if (std::abs(c) < kTiny) c = kTiny;
            d = 1 / d;
            change = c * d;
            result *= change;
        }
        if (std::abs(change - 1) < 1e-12) break;
    }
    return result;
}

// lgamma() writes to a global, so it is not for threads; lgamma_r is.
double log_gamma(double x) {
    int sign = 0;
    return ::lgamma_r(x, &sign);
}

double incomplete_beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double front = std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) +
                                  b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
    return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

}  // namespace

double two_sided_p(double t, double freedom) {
    return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

double two_sided_quantile(double p, double freedom) {
    double low = 0;
    double high = 1;
    while (two_sided_p(high, freedom) > p && high < 1e6) high *= 2;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (two_sided_p(middle, freedom) > p ? low : high) = middle;
    }
    return (low + high) / 2;
}

}  // namespace insight::analysis::health
