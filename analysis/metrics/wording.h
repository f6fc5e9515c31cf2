// What a series did, in words for a person at three in the morning. Every number is in its
// evidence.
#pragma once

#include <string>

#include "analysis/metrics/look.h"

namespace insight::analysis::metrics {

// "request.duration {statistic=avg} rose to 412 ms"
std::string moved(const Look& look);
// "(before: 94 ms)"
std::string before(const Look& look);
// both, with the onset and, where it is over, the end
std::string sentence(const Look& look);

}  // namespace insight::analysis::metrics
