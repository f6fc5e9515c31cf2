#include "analysis/logs/log_tests.h"

#include <algorithm>
#include <cmath>

namespace insight::analysis::logs {
namespace {

constexpr double kMostSurprise = 60;  // what 10^-x is not told apart below
constexpr int kTerms = 4000;          // of a tail; later ones add nothing that is seen

double log_nb(double k, double shape, double p) {
    return std::lgamma(k + shape) - std::lgamma(shape) - std::lgamma(k + 1) + shape * std::log(p) +
           k * std::log1p(-p);
}

double log_beta(double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
}

double minus_log10(double probability) {
    if (probability <= 0) return kMostSurprise;
    return std::clamp(-std::log10(probability), 0.0, kMostSurprise);
}

// -log10 of the sum of exp(term(k)) for k from `from` upwards (step 1) or downwards to 0 (step -1).
template <class Term>
double tail(double from, double to, double step, Term term) {
    const double first = term(from);
    double sum = 0;
    int count = 0;
    for (double k = from; step > 0 ? k <= to : k >= to; k += step) {
        const double part = std::exp(term(k) - first);
        sum += part;
        if (++count > kTerms || (part < sum * 1e-9 && count > 2)) break;
    }
    return std::clamp(-(first + std::log(std::max(sum, 1e-300))) / std::log(10.0), 0.0,
                      kMostSurprise);
}

}  // namespace

double surprise_of_more(double before, double now, double ratio, double clump) {
    const double shape = before / clump + 0.5;
    // Rounded towards what is less surprising, here and below.
    const double k = std::floor(now / clump);
    const double mean = shape * ratio;
    if (k <= mean || ratio <= 0) return 0;
    const double p = 1 / (1 + ratio);
    return tail(k, k + kTerms, 1, [&](double x) { return log_nb(x, shape, p); });
}

double surprise_of_fewer(double before, double now, double ratio, double clump) {
    const double shape = before / clump + 0.5;
    const double k = std::ceil(now / clump);
    const double mean = shape * ratio;
    if (k >= mean || ratio <= 0) return 0;
    const double p = 1 / (1 + ratio);
    return tail(k, 0, -1, [&](double x) { return log_nb(x, shape, p); });
}

double surprise_of_misses(std::uint64_t old_misses, std::uint64_t old_trials, std::uint64_t misses,
                          std::uint64_t trials) {
    const double a = static_cast<double>(old_misses) + 0.5;
    const double b = static_cast<double>(old_trials - old_misses) + 0.5;
    const auto n = static_cast<double>(trials);
    const auto k = static_cast<double>(misses);
    if (trials == 0 || k / n <= a / (a + b)) return 0;
    double probability = 0;
    for (double x = k; x <= n; x += 1)
        probability += std::exp(std::lgamma(n + 1) - std::lgamma(x + 1) - std::lgamma(n - x + 1) +
                                log_beta(x + a, n - x + b) - log_beta(a, b));
    return minus_log10(probability);
}

double corrected(double surprise, std::size_t tests) {
    const double penalty = std::log10(static_cast<double>(std::max<std::size_t>(tests, 1)));
    return std::clamp(surprise - penalty, 0.0, 30.0);
}

}  // namespace insight::analysis::logs
