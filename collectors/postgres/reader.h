// The views of one PostgreSQL instance, read one after another over its session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/coverage.h"
#include "collectors/postgres/session.h"

namespace insight::collectors::postgres {

// What one round of reading found.
struct Reading {
    std::map<std::string, std::vector<base::Json>, std::less<>> views;  // absent: not read
    std::vector<std::string> partial;                                   // views that were cut
    std::optional<base::Error> first_failure;                           // of a view

    // In the shape compare.h describes.
    [[nodiscard]] base::Json sample() const;
};

enum class Depth {
    Sample,  // what is worth comparing later
    Full     // and what only the present can tell
};

// `coverage` gets one row a statement. The session must be open; whatever fails is left out.
Reading read(Session& session, Depth depth, const base::Clock& clock, base::Deadline deadline,
             Coverage& coverage);

}  // namespace insight::collectors::postgres
