#include "collectors/kubernetes/events.h"

#include "collectors/kubernetes/look.h"

namespace insight::collectors::kubernetes {

base::Nanos event_time(const base::Json& event) {
    // The new shape counts repetitions in `series` and leaves the old times null; events.k8s.io/v1
    // calls them deprecated.
    base::Nanos time = time_at(event, "series", "lastObservedTime");
    if (time == 0) time = time_at(event, "lastTimestamp");
    if (time == 0) time = time_at(event, "deprecatedLastTimestamp");
    if (time == 0) time = time_at(event, "eventTime");
    return time != 0 ? time : time_at(event, "metadata", "creationTimestamp");
}

base::Nanos first_time(const base::Json& event) {
    base::Nanos time = time_at(event, "firstTimestamp");
    if (time == 0) time = time_at(event, "deprecatedFirstTimestamp");
    if (time == 0) time = time_at(event, "eventTime");
    return time != 0 ? time : event_time(event);
}

}  // namespace insight::collectors::kubernetes
