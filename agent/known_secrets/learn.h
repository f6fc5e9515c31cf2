// What a recorded window gives away about secrets, learned before any of it leaves the process: a
// password that stands bare in a log is known by then from the environment of its pod.
#pragma once

#include <functional>

#include "core/base/redaction.h"
#include "core/store/snapshot.h"

namespace insight::agent {

// Takes a piece of the window in: keys and values of a signal stand together in it.
using Learn = std::function<void(const base::Json&)>;

// Reads alerts, resources, events, changes, database rows, spans, labels, runbooks, answers of live
// tools and what log records are in the snapshot; of each kind at most 2 MiB, of log records the
// first with each value that it gives away.
void learn_secrets(const Learn& learn, const store::Snapshot& snapshot);

// Sends every log record of a window to the sink. Errors: as store::read_snapshot.
using ReadLogs = std::function<base::Status(store::LogSink&)>;

// The log records that a snapshot was opened without, chosen in the same way. One pass.
base::Status learn_secrets(const Learn& learn, const ReadLogs& logs);

void learn_secrets(base::Border& border, const store::Snapshot& snapshot);
// With the records that are not in it. Log records that cannot be read teach nothing, and that is
// logged.
void learn_secrets(base::Border& border, const store::Snapshot& snapshot, const ReadLogs& logs);

}  // namespace insight::agent
