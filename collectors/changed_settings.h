// What differs between two samples of a server's settings.
#pragma once

#include <functional>
#include <string>

#include "core/base/json.h"

namespace insight::collectors {

// A change of kind "config", before it has a time and a name.
using TellChange = std::function<void(std::string summary, std::string before, std::string after)>;

// `before` and `after` are objects of name → value as text; settings at their default are absent.
void tell_changed_settings(const base::Json& before, const base::Json& after,
                           const TellChange& tell);

}  // namespace insight::collectors
