// A series as evidence: what a chart draws and what statements about it are checked against.
#pragma once

#include <string>

#include "analysis/evidence_book.h"
#include "analysis/metrics/change_point.h"

namespace insight::analysis::metrics {

// The whole series of baseline and window, thinned to what a chart can show; `shift` marks it.
// Returns the id in the book. Either pointer may be null. Its query is what shows the series again:
// of what was made from a histogram among `signals`, the expression that makes it.
std::string add_series(EvidenceBook& book, const model::Signals& signals,
                       const model::Series& series, const Shape& shape, const Normal* normal,
                       const Shift* shift, const model::Window& window);

}  // namespace insight::analysis::metrics
