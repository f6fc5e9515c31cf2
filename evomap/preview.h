// What would leave, for a person to read before it does.
#pragma once

#include <string>

#include "evomap/bundle.h"

namespace insight::evomap {

// Every text that would travel, in the order in which it is easiest to judge; nothing is left out.
// `verdict`: one sentence on whether it would be sent.
std::string preview(const Bundle& bundle, const std::string& verdict);

}  // namespace insight::evomap
