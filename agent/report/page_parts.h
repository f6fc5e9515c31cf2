// The sections of the report page. Each gives an empty text when the report has nothing for it.
#pragma once

#include <string>

#include "agent/report/chart.h"
#include "core/base/json.h"

namespace insight::report {

std::string causes_html(const base::Json& report);
std::string next_steps_html(const base::Json& report);  // what to collect, what to do
std::string impact_html(const base::Json& report);
// Past incidents; links to them where the pages are mounted at `base_path`.
std::string similar_html(const base::Json& report, const std::string& base_path);
std::string network_html(const base::Json& report);
std::string coverage_html(const base::Json& report);
std::string clues_html(const base::Json& report);
std::string timeline_html(const base::Json& report);
std::string evidence_html(const base::Json& report);

// Beside a cause a curve is drawn around its onset, as evidence it is drawn whole.
enum class ChartPlace { Cause, Evidence };

// The chart of a series evidence with the report's changes and incident interval in it; empty when
// the evidence is none.
std::string evidence_chart(const base::Json& report, const std::string& id, ChartPlace place);

}  // namespace insight::report
