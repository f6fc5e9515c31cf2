// Events of core/v1 and events.k8s.io/v1 in one shape.
#pragma once

#include "analysis/kubernetes/object.h"

namespace insight::analysis::kubernetes {

struct Event {
    const Json* json = nullptr;
    std::string_view kind, space, name, uid;  // of the object it speaks of
    std::string_view container;               // from fieldPath; may be empty
    std::string_view type;                    // Normal, Warning
    std::string_view reason;
    std::string_view message;
    std::string_view reporter;  // the component that wrote it; may be empty
    std::optional<Nanos> first, last;
    std::int64_t count = 1;

    [[nodiscard]] bool warning() const { return type != "Normal" && !type.empty(); }
};

// Nothing for what is no event or speaks of nobody.
std::optional<Event> event_of(const Json& json);

}  // namespace insight::analysis::kubernetes
