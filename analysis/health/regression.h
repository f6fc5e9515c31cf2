// Linear regression whose errors remember: y = X b + e, where e is a first-order autoregression on
// possibly uneven times. Generalised least squares by whitening (Prais and Winsten, 1954), the
// memory chosen by maximum likelihood. Pure; threads: safe.
#pragma once

#include <vector>

namespace insight::analysis::health {

using Column = std::vector<double>;

struct Fit {
    std::vector<double> beta;
    std::vector<double> covariance;  // row by row
    std::vector<double> residual;    // of the observations, not whitened
    double memory = 0;               // correlation of errors one step apart, 0 to 0.995
    double variance = 0;             // of the errors
    double freedom = 1;              // independent observations beyond the parameters
    double deviance = 0;             // -2 log likelihood but for a constant

    [[nodiscard]] double error(std::size_t column) const;  // standard error of one parameter
};

struct Regression {
    std::vector<Column> columns;
    Column y;
    Column steps;  // times, in units of the usual distance between two observations
    // What is known beforehand of each parameter: one over its variance; empty: nothing is.
    std::vector<double> precision{};
};

// The memory of highest likelihood, for comparing models by their deviance.
Fit fit(const Regression& regression);

// The same with a given memory: for comparing many models whose memory is about the same.
Fit fit_with(const Regression& regression, double memory);

// For inference: the memory is corrected for the bias of short series (Kendall, 1954; Marriott and
// Pope, 1954), and the covariance for what a first-order memory does not explain.
Fit fit_for_inference(const Regression& regression);

}  // namespace insight::analysis::health
