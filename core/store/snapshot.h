// A portable record of a window: a folder, or one .tar.zst of it (docs/snapshots.md).
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/model/history.h"
#include "core/model/incident.h"
#include "core/model/signals.h"
#include "core/store/snapshot_logs.h"

namespace insight::store {

struct Snapshot {
    model::Incident incident;
    model::Signals signals;
    std::vector<model::PastIncident> history;  // known when it was recorded, newest first
    std::vector<base::Json> exchanges;   // with language models and other live parties, in order
    std::vector<std::string> remarks;    // keys and files that were not understood, each once
    std::size_t streamed_logs = 0;       // records that went to a sink instead of into the signals
    std::vector<base::Json> runbooks{};  // that there were when it was recorded
};

// Limits against hostile archives; also bounds memory.
struct SnapshotLimits {
    std::size_t file_bytes = 1U << 30;
    std::size_t total_bytes = 2U << 30;
    // Of logs.ndjson in a folder when it goes to a sink: it is not kept, and what lies on the disk
    // already cannot have been blown up by an archive.
    std::size_t streamed_bytes = 64ULL << 30;
    std::size_t line_bytes = 16U << 20;
    std::size_t files = 64;
};

// `path` is a folder or a .tar.zst file. Large files are read line by line. Without manifest.json
// the content is read unchecked and that is a remark; with it every digest must match. Errors:
// NotFound, Corrupt (naming the file), TooLarge, Invalid (file and line).
base::Result<Snapshot> read_snapshot(const std::string& path, SnapshotLimits limits = {});

// The same, but log records go to the sink; two threads look at them while the rest is read. A sink
// whose snapshot is refused has seen what is worth nothing.
base::Result<Snapshot> read_snapshot(const std::string& path, LogSink& logs,
                                     SnapshotLimits limits = {});

// Writes a folder, or a .tar.zst when the path ends so. Same content, same bytes: entries are
// sorted, owners and times are zero. The folder must not exist or be empty. Errors: Conflict,
// Unavailable.
base::Status write_snapshot(const std::string& path, const Snapshot& snapshot);

// The same .tar.zst in memory, for the store and for downloads.
base::Result<std::string> pack_snapshot(const Snapshot& snapshot);
base::Result<Snapshot> unpack_snapshot(std::string_view bytes, SnapshotLimits limits = {});
base::Result<Snapshot> unpack_snapshot(std::string_view bytes, LogSink& logs,
                                       SnapshotLimits limits = {});

// Digests and shapes, without keeping anything. Errors: as read_snapshot; a missing manifest is
// Corrupt.
base::Status verify_snapshot(const std::string& path, SnapshotLimits limits = {});

}  // namespace insight::store
