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

const base::Json& event_subject(const base::Json& event) {
    const base::Json& core = at(event, "involvedObject");
    return core.is_object() ? core : at(event, "regarding");
}

std::string event_words(const base::Json& event) {
    std::string message = text(event, "message");
    return message.empty() ? text(event, "note") : message;
}

}  // namespace insight::collectors::kubernetes
