#include "analysis/health/regression.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace insight::analysis::health {
namespace {

constexpr double kLongestMemory = 0.995;
constexpr double kLeastFreedom = 6;
constexpr std::array kMemories{0.0, 0.2, 0.4, 0.55, 0.7, 0.8, 0.87, 0.92, 0.95, 0.97, 0.985};

// The rows made independent of each other; the log of what that did to their scale.
struct White {
    std::vector<Column> columns;
    Column y;
    double log_scale = 0;
};

White whiten(const Regression& regression, double memory) {
    const std::size_t n = regression.y.size();
    White white{regression.columns, regression.y, 0};
    if (memory <= 0) return white;
    for (std::size_t i = 1; i < n; ++i) {
        const double rho = std::pow(memory, regression.steps[i] - regression.steps[i - 1]);
        const double scale = 1 / std::sqrt(std::max(1e-12, 1 - rho * rho));
        white.log_scale -= 2 * std::log(scale);
        white.y[i] = (regression.y[i] - rho * regression.y[i - 1]) * scale;
        for (std::size_t c = 0; c < white.columns.size(); ++c)
            white.columns[c][i] =
                (regression.columns[c][i] - rho * regression.columns[c][i - 1]) * scale;
    }
    return white;
}

// Inverse of a symmetric positive matrix by Gauss-Jordan; a column that says nothing new gets a
// tiny ridge, which leaves its parameter at zero.
std::vector<double> inverse(std::vector<double> a, std::size_t p) {
    std::vector<double> out(p * p, 0.0);
    for (std::size_t i = 0; i < p; ++i) {
        out[i * p + i] = 1;
        a[i * p + i] *= 1 + 1e-10;
        if (a[i * p + i] <= 0) a[i * p + i] = 1e-10;
    }
    for (std::size_t i = 0; i < p; ++i) {
        const double pivot = std::max(a[i * p + i], 1e-300);
        for (std::size_t j = 0; j < p; ++j) {
            a[i * p + j] /= pivot;
            out[i * p + j] /= pivot;
        }
        for (std::size_t k = 0; k < p; ++k) {
            if (k == i) continue;
            const double factor = a[k * p + i];
            for (std::size_t j = 0; j < p; ++j) {
                a[k * p + j] -= factor * a[i * p + j];
                out[k * p + j] -= factor * out[i * p + j];
            }
        }
    }
    return out;
}

double product(const Column& left, const Column& right) {
    double sum = 0;
    for (std::size_t i = 0; i < left.size(); ++i) sum += left[i] * right[i];
    return sum;
}

struct Solved {
    Fit fit;
    Column white_residual;
};

Solved solve(const Regression& regression, double memory, double known_variance = 0) {
    const White white = whiten(regression, memory);
    const std::size_t n = white.y.size();
    const std::size_t p = white.columns.size();
    std::vector<double> normal(p * p);
    std::vector<double> right(p);
    for (std::size_t i = 0; i < p; ++i) {
        for (std::size_t j = 0; j <= i; ++j)
            normal[i * p + j] = normal[j * p + i] = product(white.columns[i], white.columns[j]);
        // Knowledge weighs like observations of the same variance.
        if (!regression.precision.empty())
            normal[i * p + i] += regression.precision[i] * known_variance;
        right[i] = product(white.columns[i], white.y);
    }
    Solved out;
    Fit& fit = out.fit;
    fit.covariance = inverse(std::move(normal), p);
    fit.beta.assign(p, 0.0);
    for (std::size_t i = 0; i < p; ++i)
        for (std::size_t j = 0; j < p; ++j) fit.beta[i] += fit.covariance[i * p + j] * right[j];
    fit.residual = regression.y;
    out.white_residual = white.y;
    for (std::size_t c = 0; c < p; ++c)
        for (std::size_t i = 0; i < n; ++i) {
            fit.residual[i] -= fit.beta[c] * regression.columns[c][i];
            out.white_residual[i] -= fit.beta[c] * white.columns[c][i];
        }
    const double squares = product(out.white_residual, out.white_residual);
    const double free = std::max(1.0, static_cast<double>(n) - static_cast<double>(p));
    fit.variance = std::max(squares / free, 1e-300);
    fit.memory = memory;
    fit.deviance = static_cast<double>(n) * std::log(std::max(squares, 1e-300)) + white.log_scale;
    for (double& value : fit.covariance) value *= fit.variance;
    return out;
}

// 1 + 2 sum of autocorrelations up to the first that is not positive (Geyer, 1992): how much
// larger the variance of a mean is than that of independent values.
double inflation(const Column& residual) {
    const double squares = product(residual, residual);
    if (squares <= 0) return 1;
    double sum = 1;
    for (std::size_t lag = 1; lag * 4 < residual.size(); ++lag) {
        double crossed = 0;
        for (std::size_t i = lag; i < residual.size(); ++i)
            crossed += residual[i] * residual[i - lag];
        const double correlation = crossed / squares;
        if (correlation <= 0) break;
        sum += 2 * correlation;
    }
    return sum;
}

}  // namespace

double Fit::error(std::size_t column) const {
    return std::sqrt(std::max(0.0, covariance[column * beta.size() + column]));
}

Fit fit_with(const Regression& regression, double memory) {
    return solve(regression, memory).fit;
}

Fit fit(const Regression& regression) {
    // The likelihood has one summit, so every third memory and what lies beside the best will do.
    Fit best;
    best.deviance = std::numeric_limits<double>::infinity();
    std::size_t summit = 0;
    const auto attempt = [&](std::size_t place) {
        Fit next = solve(regression, kMemories.at(place)).fit;
        if (next.deviance >= best.deviance) return;
        best = std::move(next);
        summit = place;
    };
    for (std::size_t place = 1; place < kMemories.size(); place += 3) attempt(place);
    const std::size_t centre = summit;
    if (centre > 0) attempt(centre - 1);
    if (centre + 1 < kMemories.size()) attempt(centre + 1);
    return best;
}

Fit fit_for_inference(const Regression& regression) {
    Regression plain{regression.columns, regression.y, regression.steps};
    const Fit first = fit(plain);
    const auto n = static_cast<double>(regression.y.size());
    const auto p = static_cast<double>(regression.columns.size());
    // The bias is (1 + 3 ρ) / n beside a level alone and (2 + 4 ρ) / n beside a line; every further
    // parameter is taken for another such step.
    const double memory = std::min(kLongestMemory, first.memory + (p + (p + 2) * first.memory) / n);
    Solved solved = solve(regression, memory, first.variance);
    const double more = inflation(solved.white_residual);
    for (double& value : solved.fit.covariance) value *= more;
    // What a first-order memory leaves independent of n observations.
    solved.fit.freedom = std::max(kLeastFreedom, n * (1 - memory) / (1 + memory) / more - p);
    return solved.fit;
}

}  // namespace insight::analysis::health
