// One look at rows of any kind: spans, events, resources, database rows, the content of evidence.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/reasoning/tool.h"

namespace insight::agent::reasoning {

struct Row {
    model::Nanos time = 0;  // 0: it has none, and no slice leaves it out
    base::Json value;
};

// Calls back for every row; rows are made one after another, never all at once.
using Rows = std::function<void(const std::function<void(const Row&)>& each)>;

// What every look at rows takes: contains, where, groupBy, path, show, limit, from, to.
base::Json row_properties();

// Counts, groups and the rows themselves, as content of kind "rows". `source` and `title` name the
// evidence, `query` is the canonical text of what was asked. Errors: Invalid.
base::Result<Found> look_at_rows(const Rows& rows, const base::Json& arguments,
                                 const model::Window& window, std::string source, std::string title,
                                 std::string query);

}  // namespace insight::agent::reasoning
