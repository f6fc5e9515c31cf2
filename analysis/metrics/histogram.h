// Histograms of Prometheus (`x_bucket`, `x_sum`, `x_count`) as what they are about: a mean and
// quantiles of x.
#pragma once

#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::metrics {

struct Unfolded {
    std::vector<model::Series> series;        // quantiles and means made from histograms
    std::vector<const model::Series*> taken;  // the raw series that they stand for, sorted
};

// Quantiles 0.5 and 0.95 by linear interpolation within a bucket, as Prometheus'
// histogram_quantile() does; the mean from sum and count. Points without requests are left out.
// Buckets whose points do not share their times are left as they are.
Unfolded unfold_histograms(const std::vector<model::Series>& metrics);

}  // namespace insight::analysis::metrics
