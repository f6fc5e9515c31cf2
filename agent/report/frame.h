// What every page has around its content.
#pragma once

#include <string>
#include <string_view>

#include "agent/report/page.h"

namespace insight::report {

// A whole document. `title` is plain text; `main` is HTML; `refresh` in seconds, 0 never.
std::string page_frame(std::string_view title, std::string_view main, const PageContext& context,
                       int refresh = 0);

}  // namespace insight::report
