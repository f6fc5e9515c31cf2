// How soon somebody must act: where it is heading, and how fast the error budget goes.
#pragma once

#include <optional>
#include <string>

#include "analysis/finding.h"

namespace insight::analysis {

enum class Trend { Unknown, Worse, Stable, Recovering };

// From the course of a finding's charted series since its onset: how far from usual its last third
// lies against its first. Unknown without a series, an onset or six points.
Trend trend_of(const Finding& finding, const EvidenceBook& evidence);

// Share of requests that may fail, as the alert's labels or annotations say ("objective", "slo",
// "target", as 99.9 or 0.999); nothing when they do not, or say less than half or all.
std::optional<double> error_budget(const model::Incident& incident);

// "now", "soon" or "later". `burn`: failing share over the budget; 0 when unknown. The bounds are
// those of multiwindow burn alerts in the Site Reliability Workbook (Beyer and others, 2018, ch.
// 5): 14.4 spends a month's budget in two days, 6 in five, 1 in a month.
std::string urgency_of(model::Severity severity, Trend trend, double burn, bool resolved);

}  // namespace insight::analysis
