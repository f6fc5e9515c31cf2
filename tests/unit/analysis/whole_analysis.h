// All stages of the analysis, one after the other, as an incident goes through them.
#pragma once

#include "core/model/report.h"

namespace insight::analysis::test {

// Signals without any coverage were answered by PostgreSQL.
model::Report report_on(model::Signals signals, const model::Incident& about);
model::Report report_on(model::Signals signals);

// "none" where there is no cause.
std::string first_class(const model::Report& report);

}  // namespace insight::analysis::test
