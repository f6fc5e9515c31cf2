// Where the bytes of a snapshot lie: a folder, or a .tar.zst in a file or in memory.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/store/snapshot_format.h"
#include "core/store/snapshot_reader.h"

namespace insight::store {

// Feeds every file to the reader. Links are refused; nothing is ever written to the disk.
base::Status read_folder(const std::string& path, SnapshotReader& reader);
base::Status read_archive_file(const std::string& path, SnapshotReader& reader);
base::Status read_archive_bytes(std::string_view bytes, SnapshotReader& reader);

// Both appear whole or not at all. Errors: Unavailable.
base::Status write_folder(const std::string& path, const FileBytes& files);
base::Status write_archive_file(const std::string& path, const FileBytes& files);
base::Result<std::string> write_archive(const FileBytes& files);

}  // namespace insight::store
