// When an event was, of what and in which words, in both of its shapes (core/v1 and
// events.k8s.io/v1).
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::kubernetes {

// Last and first time; 0 when it says none.
// Nanoseconds since the epoch; old-style events know whole seconds only.
base::Nanos event_time(const base::Json& event);
base::Nanos first_time(const base::Json& event);

// The reference to the object that it is about; null when it names none.
const base::Json& event_subject(const base::Json& event);
std::string event_words(const base::Json& event);

}  // namespace insight::collectors::kubernetes
