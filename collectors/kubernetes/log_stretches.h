// What is kept of containers' lines where not all of them are. Rates are compared per covered
// second (analysis/logs), so lines are kept in whole stretches of time and never thinned: how a
// message's share changed would otherwise be the doing of whoever cut. Pure.
#pragma once

#include <vector>

#include "core/kubernetes/pod_log.h"
#include "core/model/incident.h"
#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

// All lines of a container between two times.
struct LogStretch {
    model::Interval interval;
    std::vector<insight::kubernetes::LogLine> lines;
};

std::size_t lines_of(const std::vector<LogStretch>& stretches);

// At most `most` lines: of the baseline its end, which is what the incident is held against, and of
// the incident its begin, where it set in, and its end, where it has led. The baseline gets a
// quarter, and what the incident does not need. Ascending in and out.
std::vector<LogStretch> shortened(std::vector<LogStretch> stretches, const model::Window& window,
                                  std::size_t most);

// How many of `most` each may have: who wants little gets it all, the others share evenly.
std::vector<std::size_t> even_shares(const std::vector<std::size_t>& wanted, std::size_t most);

}  // namespace insight::collectors::kubernetes
