// A name as the collected signals spell it: a person writes "Checkout", the cluster "checkout".
#pragma once

#include <string>

#include "core/model/signals.h"

namespace insight::agent {

// The name itself where some signal has it so, or none has it in any letters; else how they spell
// it.
std::string spelled_as_known(const std::string& name, const model::Signals& signals);

}  // namespace insight::agent
