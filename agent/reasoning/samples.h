// Rows that show one thing at several moments: how it went, and how fast its counters counted.
#pragma once

#include "agent/reasoning/testimony.h"

namespace insight::agent::reasoning {

// For database state, whose rows stand in `out` already, in their order. What it was at first is of
// the time before; a record more for each quantity tells its course, and one for each counter and
// stretch of time the rate that follows by subtraction: over all of it, and from moment to moment.
// A counter that was set back says nothing.
void add_samples(const base::Json& content, Testimony& out);

}  // namespace insight::agent::reasoning
