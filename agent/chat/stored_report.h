// A stored report, read back for the tools and checks of an investigation.
#pragma once

#include "core/model/report.h"

namespace insight::agent::chat {

// Incident, evidence, causes and clues of the public JSON; unreadable parts are left out. Evidence
// stands in the order of its numbers, so that what is found goes on behind the last one.
model::Report report_for_tools(const base::Json& report);

// One piece of evidence as a report shows it. A missing part is empty.
model::Evidence evidence_of(const std::string& id, const base::Json& json);

}  // namespace insight::agent::chat
