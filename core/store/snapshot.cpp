#include "core/store/snapshot.h"

#include <fmt/format.h>

#include <filesystem>

#include "core/store/snapshot_seal.h"
#include "core/store/snapshot_source.h"

namespace insight::store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

// For checking without keeping.
class Unheard final : public LogSink {
  public:
    void begin(const model::Incident& /*incident*/,
               const std::vector<model::CoverageRow>& /*coverage*/) override {}
    void take(std::size_t /*part*/, const model::LogView& /*record*/) override {}
};

base::Result<Snapshot> read(const std::string& path, SnapshotLimits limits, bool keep,
                            bool manifest_required, LogSink* logs) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (!fs::exists(status))
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no snapshot at {}: check the path", path));
    SnapshotReader reader(path, limits, keep, logs);
    base::Status fed;
    if (fs::is_directory(status))
        fed = read_folder(path, reader);
    else if (fs::is_regular_file(status))
        fed = read_archive_file(path, reader);
    else
        fed = base::fail(ErrorKind::Invalid,
                         fmt::format("{} is neither a folder nor a file: name a snapshot", path));
    if (!fed) return base::fail(fed.error());
    base::Result<Snapshot> snapshot = reader.finish(manifest_required);
    if (!snapshot || fs::is_directory(status)) return snapshot;
    // Last: what went before names the file inside.
    const base::Status seal = check_seal_of_file(path);
    if (!seal) return base::fail(seal.error());
    return snapshot;
}

}  // namespace

base::Result<Snapshot> read_snapshot(const std::string& path, SnapshotLimits limits) {
    return read(path, limits, true, false, nullptr);
}

base::Result<Snapshot> read_snapshot(const std::string& path, LogSink& logs,
                                     SnapshotLimits limits) {
    return read(path, limits, true, false, &logs);
}

base::Status verify_snapshot(const std::string& path, SnapshotLimits limits) {
    Unheard unheard;
    const base::Result<Snapshot> snapshot = read(path, limits, false, true, &unheard);
    if (!snapshot) return base::fail(snapshot.error());
    return {};
}

base::Status write_snapshot(const std::string& path, const Snapshot& snapshot) {
    const bool archive = path.ends_with(".tar.zst");
    std::error_code error;
    // rename() replaces an empty folder, and nothing else is to be replaced.
    const bool free =
        !fs::exists(fs::symlink_status(path, error)) ||
        (!archive && fs::is_directory(path, error) && fs::is_empty(path, error) && !error);
    if (!free)
        return base::fail(ErrorKind::Conflict,
                          fmt::format("{} exists already: remove it or name another place", path));
    const FileBytes files = write_files(snapshot);
    return archive ? write_archive_file(path, files) : write_folder(path, files);
}

base::Result<std::string> pack_snapshot(const Snapshot& snapshot) {
    return write_archive(write_files(snapshot));
}

namespace {

base::Result<Snapshot> unpack(std::string_view bytes, SnapshotLimits limits, LogSink* logs) {
    SnapshotReader reader("in memory", limits, true, logs);
    const base::Status fed = read_archive_bytes(bytes, reader);
    if (!fed) return base::fail(fed.error());
    const base::Status seal = check_seal(bytes, "in memory");
    if (!seal) return base::fail(seal.error());
    return reader.finish(false);
}

}  // namespace

base::Result<Snapshot> unpack_snapshot(std::string_view bytes, SnapshotLimits limits) {
    return unpack(bytes, limits, nullptr);
}

base::Result<Snapshot> unpack_snapshot(std::string_view bytes, LogSink& logs,
                                       SnapshotLimits limits) {
    return unpack(bytes, limits, &logs);
}

}  // namespace insight::store
