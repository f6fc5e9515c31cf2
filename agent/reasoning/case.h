// What is investigated: a recorded window and what the engine says of it.
#pragma once

#include <functional>

#include "core/model/report.h"
#include "core/store/snapshot.h"

namespace insight::agent::reasoning {

// Sends every log record of the window to the sink, as often as it is called: the records are too
// many to keep. Errors: as store::read_snapshot.
using LogStream = std::function<base::Status(store::LogSink&)>;

// All must outlive the investigation. Threads: only read.
struct Case {
    const store::Snapshot& snapshot;  // without its log records
    const LogStream& logs;
    const model::Report& report;  // the engine's
};

}  // namespace insight::agent::reasoning
