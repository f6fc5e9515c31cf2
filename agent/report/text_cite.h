// Statements with the ids they cite, as the terminal shows them: "… waits. [E3,E5]"
#pragma once

#include <fmt/format.h>

#include "agent/report/facts.h"

namespace insight::report {

inline std::string ids_suffix(const base::Json& object) {
    const std::vector<std::string> ids = cited(object);
    return ids.empty() ? std::string() : fmt::format(" [{}]", fmt::join(ids, ","));
}

inline std::string with_ids(const base::Json& object, std::string_view key) {
    return line_at(object, key) + ids_suffix(object);
}

}  // namespace insight::report
