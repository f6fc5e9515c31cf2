#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/store/snapshot_source.h"

namespace insight::store {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

constexpr std::size_t kFolderPiece = 256U << 10;

class File {
  public:
    File(const std::string& path, int flags) : file_(::open(path.c_str(), flags, 0600)) {}
    ~File() {
        if (file_ >= 0) ::close(file_);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] int get() const { return file_; }

  private:
    int file_;
};

tl::unexpected<base::Error> unreadable(const std::string& path) {
    return base::fail(ErrorKind::Unavailable,
                      fmt::format("{} cannot be read: check its permissions", path),
                      std::strerror(errno));
}

tl::unexpected<base::Error> unwritable(const std::string& path) {
    return base::fail(
        ErrorKind::Unavailable,
        fmt::format("{} cannot be written: check the folder's permissions and free space", path),
        std::strerror(errno));
}

base::Status read_file(const std::string& path, const std::string& name, SnapshotReader& reader) {
    // Not through links, and without waiting for the other end of a pipe.
    const File file(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat state {};
    if (file.get() < 0 && errno == ELOOP)
        return base::fail(ErrorKind::Invalid,
                          fmt::format("{} is a link: a snapshot holds plain files only", path));
    if (file.get() < 0 || ::fstat(file.get(), &state) != 0) return unreadable(path);
    if (S_ISDIR(state.st_mode)) {
        reader.remark(fmt::format("folder {} is not known and was ignored",
                                  base::shorten(base::clean_utf8(name), 80)));
        return {};
    }
    if (!S_ISREG(state.st_mode))
        return base::fail(ErrorKind::Invalid,
                          fmt::format("{} is no plain file: a snapshot holds nothing else", path));
    base::Status status = reader.begin(name, static_cast<std::uint64_t>(state.st_size));
    const auto piece = std::make_unique<char[]>(kFolderPiece + kLinePadding);
    while (status) {
        const ssize_t count = ::read(file.get(), piece.get(), kFolderPiece);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unreadable(path);
        if (count == 0) return reader.end();
        status = reader.data({piece.get(), static_cast<std::size_t>(count)});
    }
    return status;
}

base::Status write_file(const std::string& path, std::string_view bytes) {
    const File file(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
    if (file.get() < 0) return unwritable(path);
    while (!bytes.empty()) {
        const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return unwritable(path);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    // Before the rename: after a loss of power a name must not stand for an empty file.
    if (::fsync(file.get()) != 0) return unwritable(path);
    return {};
}

// A name beside the final one, renamed to it when everything is written.
class Unfinished {
  public:
    explicit Unfinished(const std::string& path)
        : path_(path + ".partial-" + base::random_hex(4)) {}
    ~Unfinished() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }
    base::Status finish(const std::string& path) {
        if (::rename(path_.c_str(), path.c_str()) != 0) return unwritable(path);
        path_.clear();
        return {};
    }

  private:
    std::string path_;
};

std::string without_slash(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

}  // namespace

base::Status read_folder(const std::string& path, SnapshotReader& reader) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
        names.push_back(it->path().filename().string());
        if (names.size() > 10'000) break;  // the reader refuses long before
    }
    if (error)
        return base::fail(ErrorKind::Unavailable,
                          fmt::format("{} cannot be read: check its permissions", path),
                          error.message());
    // What looks at the log records wants to know the incident and the coverage.
    std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
        const auto later = [](const std::string& name) {
            return name != kIncident && name != kCoverage;
        };
        return std::pair(later(a), a) < std::pair(later(b), b);
    });
    std::unique_ptr<SnapshotReader> apart;
    base::Status logs_read;
    std::thread logs;
    base::Status status;
    for (const std::string& name : names) {
        const std::string file = fmt::format("{}/{}", path, name);
        if (name == kLogs) apart = reader.for_logs();
        if (name == kLogs && apart != nullptr)
            logs =
                std::thread([&, file] { logs_read = read_file(file, std::string(kLogs), *apart); });
        else
            status = read_file(file, name, reader);
        if (!status) break;
    }
    // Whatever went wrong beside it: the thread uses what stands here.
    if (logs.joinable()) logs.join();
    if (apart != nullptr) reader.absorb(std::move(*apart));
    return logs_read ? status : logs_read;
}

base::Status write_folder(const std::string& path, const FileBytes& files) {
    const std::string folder = without_slash(path);
    Unfinished unfinished(folder);
    if (::mkdir(unfinished.path().c_str(), S_IRWXU) != 0) return unwritable(folder);
    for (const auto& [name, bytes] : files) {
        base::Status written = write_file(fmt::format("{}/{}", unfinished.path(), name), bytes);
        if (!written) return written;
    }
    return unfinished.finish(folder);
}

base::Status write_archive_file(const std::string& path, const FileBytes& files) {
    const base::Result<std::string> bytes = write_archive(files);
    if (!bytes) return base::fail(bytes.error());
    Unfinished unfinished(path);
    base::Status written = write_file(unfinished.path(), *bytes);
    return written ? unfinished.finish(path) : written;
}

}  // namespace insight::store
