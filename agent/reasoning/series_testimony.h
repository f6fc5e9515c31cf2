// What a series says: its points, its course, and of a counter how fast it counted.
#pragma once

#include "agent/reasoning/testimony.h"

namespace insight::agent::reasoning {

// `content`: of kind "series".
void add_series(const base::Json& content, Testimony& out);

}  // namespace insight::agent::reasoning
