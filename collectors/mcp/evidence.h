// What a tool said, as rows or log records.
#pragma once

#include "collectors/coverage.h"
#include "collectors/mcp/call.h"
#include "core/mcp/client.h"

namespace insight::collectors::mcp {

// What one server may bring in one window, counted over all of its calls.
struct Budget {
    std::size_t rows = 2000;
    std::size_t bytes = 4U << 20;
};

struct Evidence {
    std::vector<model::DatabaseRow> rows;
    std::vector<model::LogRecord> logs;
    std::vector<std::string> notes;  // what was left out
    bool truncated = false;
};

// Structured content, or text that is JSON: a list of maps is one row a map; a map with lists of
// maps is these rows (view `VIEW.KEY` where there are several lists) and one row of the rest; any
// other value is one row. Text is one row `{text}`, or with `as: logs` one record a line, where
// lines say their time. Texts are cut at 8 KiB, rows at 500 a call; secrets are replaced.
Evidence evidence_of(const Filled& filled, insight::mcp::ToolResult result,
                     const insight::mcp::Endpoint& endpoint, const RowMaker& make, base::Nanos now,
                     const model::Window& window, Budget& budget);

}  // namespace insight::collectors::mcp
