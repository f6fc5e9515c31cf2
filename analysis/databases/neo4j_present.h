// What the rules over Neo4j share: its present state.
#pragma once

#include "analysis/databases/rows.h"

namespace insight::analysis::databases {

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
