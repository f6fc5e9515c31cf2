// Student's t distribution: what a slope divided by its standard error is measured against.
#pragma once

namespace insight::analysis::health {

// P(|T| > |t|) with `freedom` > 0 degrees of freedom, by the continued fraction of the incomplete
// beta function (Abramowitz and Stegun, 1964, 26.5.8 and 26.7.1).
double two_sided_p(double t, double freedom);

// The t with P(|T| > t) = p, for p in (0, 1).
double two_sided_quantile(double p, double freedom);

}  // namespace insight::analysis::health
