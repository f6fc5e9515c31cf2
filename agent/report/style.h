// How the pages look: one style sheet for light, dark, narrow and printed.
#pragma once

#include <string_view>

namespace insight::report {

std::string_view style_sheet();

}  // namespace insight::report
