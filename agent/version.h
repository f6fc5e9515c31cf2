#pragma once

#include <string_view>

namespace insight::agent {

constexpr std::string_view kVersion = INSIGHT_VERSION;

}  // namespace insight::agent
