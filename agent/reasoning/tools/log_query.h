// What a look at log records asks for, and which records fit.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "agent/reasoning/pattern.h"
#include "core/model/incident.h"
#include "core/model/signals.h"

namespace insight::agent::reasoning {

struct LogQuery {
    model::Interval slice;
    std::vector<Pattern> contains;  // all of them
    Pattern without;
    std::string service, trace, group_by, show;              // empty: whatever it is
    std::vector<std::pair<std::string, std::string>> where;  // field and exact value
    int severity = 0;                                        // at least, OpenTelemetry's number
    std::size_t limit = 20;                                  // lines that are shown
    bool group_by_minute = false;

    // Threads: any.
    [[nodiscard]] bool fits(const model::LogView& record) const;
};

// The arguments as a model is told them, and read. Errors: Invalid.
base::Json log_properties();
base::Result<LogQuery> read_log_query(const base::Json& arguments, const model::Window& window);

// Who wrote a record: its service, else its pod, host or job.
std::string_view writer_of(const model::LogView& record);
// A field by the name that a model uses for it; empty: the record has none.
std::string_view field_of(const model::LogView& record, std::string_view key);

}  // namespace insight::agent::reasoning
