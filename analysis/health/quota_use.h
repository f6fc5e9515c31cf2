// ResourceQuotas that are nearly used up, as they stand at the end of the window. When they will be
// is for growth to say (growth.h), where samples make a curve of it.
#pragma once

#include <set>

#include "analysis/evidence_book.h"
#include "core/model/health.h"

namespace insight::analysis::health {

// "space/quota/resource" of a series about a quota, as kube-state-metrics and our own collector
// name them; empty for any other series.
std::string quota_of(const model::Series& series);

// From objects and from the last values of series. `told`: those that growth told of already.
std::vector<model::HealthFinding> quota_findings(const model::Incident& incident,
                                                 const model::Signals& signals,
                                                 const std::set<std::string>& told,
                                                 EvidenceBook& book);

}  // namespace insight::analysis::health
