#include <archive.h>
#include <archive_entry.h>
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "core/base/text.h"
#include "core/store/snapshot_seal.h"
#include "core/store/snapshot_source.h"

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr std::size_t kArchivePiece = 64U << 10;

struct Free {
    void operator()(struct archive* archive) const { archive_free(archive); }
    void operator()(struct archive_entry* entry) const { archive_entry_free(entry); }
};
using Archive = std::unique_ptr<struct archive, Free>;
using Entry = std::unique_ptr<struct archive_entry, Free>;

std::string reason(const Archive& archive) {
    const char* text = archive_error_string(archive.get());
    return text == nullptr ? std::string() : base::clean_utf8(text);
}

tl::unexpected<base::Error> damaged(const Archive& archive, const SnapshotReader& reader,
                                    std::string_view file) {
    return base::fail(ErrorKind::Corrupt,
                      fmt::format("snapshot {}: the archive is damaged or cut short{}: fetch it "
                                  "again",
                                  reader.where(), file.empty() ? "" : fmt::format(" in {}", file)),
                      reason(archive));
}

tl::unexpected<base::Error> hostile(std::string_view path, std::string_view what) {
    return base::fail(ErrorKind::Invalid,
                      fmt::format("the snapshot archive holds {} {}: it is not one of ours",
                                  base::shorten(base::clean_utf8(path), 80), what));
}

// The file's name without "./" and without one folder that holds everything, as tar makes it.
class Names {
  public:
    base::Result<std::string> plain(std::string path) {
        if (path.starts_with('/')) return hostile(path, "outside of itself");
        for (std::size_t at = 0; at <= path.size();) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            if (path.substr(at, end - at) == "..") return hostile(path, "outside of itself");
            at = end + 1;
        }
        while (path.starts_with("./")) path.erase(0, 2);
        const std::size_t slash = path.find('/');
        const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
        if (!folder_) folder_ = folder;
        if (folder != *folder_ || folder.empty()) return path;
        return path.substr(slash + 1);
    }

  private:
    std::optional<std::string> folder_;
};

base::Status read_entry(const Archive& archive, struct archive_entry* entry,
                        const std::string& name, SnapshotReader& reader) {
    base::Status status = reader.begin(name, static_cast<std::uint64_t>(archive_entry_size(entry)));
    const auto piece = std::make_unique<char[]>(kArchivePiece + kLinePadding);
    while (status) {
        const la_ssize_t count = archive_read_data(archive.get(), piece.get(), kArchivePiece);
        if (count < 0) return damaged(archive, reader, name);
        if (count == 0) return reader.end();
        status = reader.data({piece.get(), static_cast<std::size_t>(count)});
    }
    return status;
}

base::Status read_entries(const Archive& archive, SnapshotReader& reader) {
    Names names;
    for (;;) {
        struct archive_entry* entry = nullptr;
        const int code = archive_read_next_header(archive.get(), &entry);
        if (code == ARCHIVE_EOF) return {};
        if (code != ARCHIVE_OK) return damaged(archive, reader, "");
        const char* raw = archive_entry_pathname(entry);
        const std::string path = raw == nullptr ? "a file without a readable name" : raw;
        if (archive_entry_hardlink(entry) != nullptr || archive_entry_symlink(entry) != nullptr)
            return hostile(path, "as a link");
        // A sparse file is large without having the bytes.
        if (archive_entry_sparse_count(entry) > 0) return hostile(path, "as a sparse file");
        const base::Result<std::string> name = names.plain(path);
        if (!name) return base::fail(name.error());
        if (archive_entry_filetype(entry) == AE_IFDIR) continue;
        if (archive_entry_filetype(entry) != AE_IFREG) return hostile(path, "as no plain file");
        base::Status read = read_entry(archive, entry, *name, reader);
        if (!read) return read;
    }
}

Archive reading() {
    Archive archive(archive_read_new());
    archive_read_support_format_tar(archive.get());
    archive_read_support_filter_zstd(archive.get());
    return archive;
}

la_ssize_t append(struct archive*, void* into, const void* bytes, std::size_t size) {
    static_cast<std::string*>(into)->append(static_cast<const char*>(bytes), size);
    return static_cast<la_ssize_t>(size);
}

}  // namespace

base::Status read_archive_file(const std::string& path, SnapshotReader& reader) {
    const Archive archive = reading();
    if (archive_read_open_filename(archive.get(), path.c_str(), kArchivePiece) != ARCHIVE_OK)
        return damaged(archive, reader, "");
    return read_entries(archive, reader);
}

base::Status read_archive_bytes(std::string_view bytes, SnapshotReader& reader) {
    const Archive archive = reading();
    if (archive_read_open_memory(archive.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
        return damaged(archive, reader, "");
    return read_entries(archive, reader);
}

// Nothing of the time, place or person of the writing goes in: same content, same bytes.
base::Result<std::string> write_archive(const FileBytes& files) {
    std::string out;
    const Archive archive(archive_write_new());
    const auto failed = [&] {
        return base::fail(ErrorKind::Internal, "the snapshot cannot be packed: please report this",
                          reason(archive));
    };
    bool ok = archive_write_set_format_ustar(archive.get()) == ARCHIVE_OK &&
              archive_write_add_filter_zstd(archive.get()) == ARCHIVE_OK &&
              archive_write_set_filter_option(archive.get(), "zstd", "compression-level", "6") ==
                  ARCHIVE_OK &&
              // no padding to the size of a tape's block
              archive_write_set_bytes_in_last_block(archive.get(), 1) == ARCHIVE_OK &&
              archive_write_open(archive.get(), &out, nullptr, append, nullptr) == ARCHIVE_OK;
    for (const auto& [name, bytes] : files) {
        const Entry entry(archive_entry_new());
        archive_entry_set_pathname(entry.get(), name.c_str());
        archive_entry_set_filetype(entry.get(), AE_IFREG);
        archive_entry_set_perm(entry.get(), 0644);
        archive_entry_set_mtime(entry.get(), 0, 0);
        archive_entry_set_size(entry.get(), static_cast<la_int64_t>(bytes.size()));
        ok = ok && archive_write_header(archive.get(), entry.get()) == ARCHIVE_OK &&
             archive_write_data(archive.get(), bytes.data(), bytes.size()) ==
                 static_cast<la_ssize_t>(bytes.size());
    }
    ok = ok && archive_write_close(archive.get()) == ARCHIVE_OK;
    if (!ok) return failed();
    return out + seal_of(out);
}

}  // namespace insight::store
