// The health part of a scan's report. Each writes nothing when the report has none.
#pragma once

#include <string>

#include "agent/report/sheet.h"
#include "core/base/json.h"

namespace insight::report {

void health(Sheet& sheet, const base::Json& report);
std::string health_markdown(const base::Json& report);
std::string health_html(const base::Json& report);

// What stands largest on a report: the verdict of an incident, or how healthy a scan found things.
struct Headline {
    std::string words;  // "cause found", "health 50 of 100"
    std::string aside;  // "91 % sure", "2 critical, 1 warning"
    std::string style;  // a verdict's name, whose colours it takes
    double share = 0;   // for a meter, 0 to 1
};
Headline headline(const base::Json& report);

}  // namespace insight::report
