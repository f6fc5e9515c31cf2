// The files of a snapshot: their names, their keys, and their bytes when written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/json.h"
#include "core/store/snapshot.h"
#include "core/store/snapshot_lines.h"

namespace insight::store {

constexpr std::int64_t kSnapshotVersion = 1;
constexpr std::string_view kManifest = "manifest.json";
constexpr std::string_view kIncident = "incident.json";
constexpr std::string_view kCoverage = "coverage.json";
constexpr std::string_view kLogs = "logs.ndjson";

struct SnapshotFile {
    std::string_view name;
    bool lines = true;  // one JSON value a line; otherwise one value
    // The keys of its objects; empty where any key is welcome.
    std::vector<std::string_view> keys{};
    // Puts one value where it belongs. Errors: Invalid.
    base::Status (*take)(const base::Json& value, Snapshot& into) = nullptr;
    // The same from a line's text, fast; false: it must be read as a value. May be null.
    bool (*take_line)(SnapshotLines& lines, std::string_view text, Snapshot& into) = nullptr;
    // The bytes for this file; empty: leave it out.
    std::string (*write)(const Snapshot& from) = nullptr;
};

// All but the manifest, sorted by name.
const std::vector<SnapshotFile>& snapshot_files();
const SnapshotFile* find_snapshot_file(std::string_view name);  // nullptr: not known

// Name and bytes of every file, the manifest too, sorted by name.
using FileBytes = std::vector<std::pair<std::string, std::string>>;
FileBytes write_files(const Snapshot& snapshot);

}  // namespace insight::store
