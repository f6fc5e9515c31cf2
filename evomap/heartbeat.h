// When the next heartbeat is due. Pure.
#pragma once

#include "evomap/answer.h"

namespace insight::evomap {

// At most one in five minutes is what hubs take; more than a day apart is no heartbeat.
base::Nanos bounded_interval(base::Nanos interval);

// What counts: the last answer, else the hello, else the configuration.
base::Nanos interval_of(base::Nanos told, base::Nanos configured);

// How long to wait after a heartbeat that was answered so. `failures`: in a row, this one included.
base::Nanos pause_after(const Answer& answer, base::Nanos interval, int failures);

// How long before the next hello after so many that failed: 2 min, doubled, at most 4 h.
base::Nanos hello_pause(int failures);

}  // namespace insight::evomap
