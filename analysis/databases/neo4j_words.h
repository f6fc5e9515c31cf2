// What the rules over Neo4j share: its present state, and how they speak.
#pragma once

#include <string>

#include "analysis/databases/rows.h"
#include "core/base/time.h"

namespace insight::analysis::databases {

inline std::string duration(double seconds) {
    return base::format_duration(base::from_seconds(seconds));
}

// Present rows of a view that may be empty at the moment of collection, so that its latest rows
// could be old: the view "server" tells when that moment was.
inline RowList present_with(const Instance& instance, const std::string& view) {
    const RowList server = instance.present("server");
    RowList rows = instance.present(view);
    if (!server.empty() && !rows.empty() && rows.front()->time != server.front()->time)
        rows.clear();
    return rows;
}

}  // namespace insight::analysis::databases
