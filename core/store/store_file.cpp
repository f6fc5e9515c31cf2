#include "core/store/store_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

namespace insight::store {
namespace {

// How long another process may take to bring the tables up to date before we give up on it.
constexpr auto kUpgradePatience = std::chrono::seconds(5);

tl::unexpected<base::Error> refused(const std::string& path, std::string_view what) {
    return base::fail(
        base::ErrorKind::Unavailable,
        fmt::format("the store {} cannot be {}: check that its folder exists and that this user "
                    "may write there",
                    path, what),
        std::strerror(errno));
}

base::Status make_folder(const std::filesystem::path& folder) {
    if (folder.empty() || folder == folder.root_path()) return {};
    struct stat state {};
    if (::stat(folder.c_str(), &state) == 0) return {};
    base::Status parent = make_folder(folder.parent_path());
    if (!parent) return parent;
    // private from its first moment on
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
        return refused(folder.string(), "made");
    return {};
}

}  // namespace

base::Status make_store_file(const std::string& path) {
    base::Status folder = make_folder(std::filesystem::path(path).parent_path());
    if (!folder) return folder;
    // Exclusive: closing a descriptor of a database that is open in this process would drop its
    // locks.
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file >= 0)
        ::close(file);
    else if (errno != EEXIST)
        return refused(path, "made");
    return {};
}

OpenMark::~OpenMark() {
    if (file_ >= 0) ::close(file_);
}

base::Status OpenMark::take(const std::string& path) {
    const std::string name = path + ".lock";
    file_ = ::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (file_ < 0) return refused(path, "opened");
    alone_ = ::flock(file_, LOCK_EX | LOCK_NB) == 0;
    if (alone_) return {};
    const auto until = std::chrono::steady_clock::now() + kUpgradePatience;
    while (::flock(file_, LOCK_SH | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return refused(path, "locked");
        if (std::chrono::steady_clock::now() > until)
            return base::fail(base::ErrorKind::Unavailable,
                              fmt::format("the store {} is being opened by another process: end "
                                          "that process, then try again",
                                          path));
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
}

void OpenMark::share() {
    ::flock(file_, LOCK_SH);
}

}  // namespace insight::store
