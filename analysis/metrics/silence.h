// Series that stopped or started reporting while others of the window went on.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "analysis/metrics/look.h"

namespace insight::analysis::metrics {

struct Silence {
    const Look* look = nullptr;
    bool stopped = true;     // false: it appeared
    model::Nanos since = 0;  // last point before the silence, or the first point at all
    double p_value = 1;      // that a healthy window has one silence like it, over all series
};

// At most one per entity and pod, the clearest. Series that always had gaps, and ends of collection
// that a third of the series share, are no silence.
std::vector<Silence> silences(const Looks& looks, const model::Window& window);

// Names of the entities of which every series has stopped.
std::set<std::string> gone(const Looks& looks, const std::vector<Silence>& silences);

}  // namespace insight::analysis::metrics
