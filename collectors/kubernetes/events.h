// When an event was, in both of its shapes (core/v1 and events.k8s.io/v1).
#pragma once

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

// Last and first time; 0 when it says none.
// Nanoseconds since the epoch; old-style events know whole seconds only.
base::Nanos event_time(const base::Json& event);
base::Nanos first_time(const base::Json& event);

}  // namespace insight::collectors::kubernetes
