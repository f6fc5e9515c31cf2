// A snapshot's files, one after another and in pieces, into a Snapshot; bounded in every direction.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/base/crypto.h"
#include "core/store/snapshot.h"
#include "core/store/snapshot_format.h"
#include "core/store/snapshot_lines.h"
#include "core/store/snapshot_log_feed.h"

namespace insight::store {

class SnapshotReader {
  public:
    // `where` names the snapshot in errors. Without `keep` everything is checked and dropped. With
    // `logs` the log records go there: at once when the incident is known by then, else at the end.
    SnapshotReader(std::string where, SnapshotLimits limits, bool keep, LogSink* logs = nullptr);

    // One file: begin, its bytes, end. An error ends the reading. A file whose content is wrong is
    // not one yet: the digests are looked at first, they say better what happened.
    base::Status begin(const std::string& name, std::uint64_t announced_bytes);
    // kLinePadding bytes behind `bytes` must be readable, whatever they hold.
    base::Status data(std::string_view bytes);
    base::Status end();
    void remark(std::string text);

    // Another reader, for logs.ndjson alone and on another thread; nullptr when its records do not
    // go to a sink or the incident is not known yet. What it found is added by `absorb`.
    std::unique_ptr<SnapshotReader> for_logs();
    void absorb(SnapshotReader&& other);
    [[nodiscard]] const std::string& where() const { return where_; }

    base::Result<Snapshot> finish(bool manifest_required);

  private:
    [[nodiscard]] tl::unexpected<base::Error> refuse(base::ErrorKind kind,
                                                     std::string_view what) const;
    base::Status split(std::string_view bytes);
    base::Status add_to_line(std::string_view bytes);
    void take(std::string_view text);
    bool take_fast(std::string_view text);
    base::Status end_feed();
    [[nodiscard]] bool ready_for_logs() const;
    void wrong(const base::Error& error);
    void note_unknown_keys(const base::Json& value);
    base::Status check_manifest() const;

    std::string where_;
    SnapshotLimits limits_;
    bool keep_;
    LogSink* logs_;
    bool logs_begun_ = false;
    bool apart_ = false;  // reads logs.ndjson of a folder and nothing else
    std::optional<LogFeed> feed_;
    SnapshotLines lines_;
    Snapshot snapshot_;

    std::string name_;                    // of the file being read
    const SnapshotFile* file_ = nullptr;  // nullptr: only hashed, or the manifest
    std::optional<base::Sha256> hash_;
    std::string line_;  // what of the present line came in earlier pieces
    std::int64_t line_number_ = 0;
    std::uint64_t file_bytes_ = 0;
    std::uint64_t total_bytes_ = 0;

    std::map<std::string, std::string> digests_;
    std::optional<base::Json> manifest_;
    std::optional<base::Error> broken_;  // the first content that was wrong, by name of its file
    std::string broken_name_;
    std::set<std::string> remarked_;
    std::size_t entries_ = 0;
};

}  // namespace insight::store
