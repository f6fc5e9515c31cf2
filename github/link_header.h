// The Link header (RFC 8288), by which GitHub pages its lists.
#pragma once

#include <string>
#include <string_view>

namespace insight::github {

// The target with rel="next"; empty when there is none.
std::string next_of(std::string_view header);

}  // namespace insight::github
