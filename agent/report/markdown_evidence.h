// The evidence section of the Markdown report: what a ticket's reader needs without the page.
#pragma once

#include <string>

#include "core/base/json.h"

namespace insight::report {

void markdown_evidence(std::string& out, const base::Json& report);

}  // namespace insight::report
