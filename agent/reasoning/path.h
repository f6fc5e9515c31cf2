// A dotted path into JSON: "spec.containers[0].image". Keys may have dots themselves: the longest
// key that is there wins ("attributes.k8s.pod.name").
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"

namespace insight::agent::reasoning {

// nullptr: nothing there
const base::Json* at_path(const base::Json& value, std::string_view path);

// The value as text: a string as it is, everything else as JSON; "" where there is nothing.
std::string text_at_path(const base::Json& value, std::string_view path);

}  // namespace insight::agent::reasoning
