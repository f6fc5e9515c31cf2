#include "github/writable.h"

#include <fmt/format.h>

#include <set>

#include "github/repository.h"
#include "github/rest_repository.h"

namespace insight::github {
namespace {

constexpr std::size_t kMaxEdits = 300;
constexpr std::size_t kMaxBytes = 16U << 20;  // of one commit
constexpr std::size_t kMaxPath = 1024;

base::Status refuse(std::string message) {
    return base::fail(base::ErrorKind::Invalid, std::move(message));
}

bool is_git_folder(std::string_view part) {
    std::string lower;
    for (const char c : part) lower += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    // What Windows and macOS take for ".git", too.
    return lower == ".git" || lower == "git~1";
}

}  // namespace

base::Status check_path(std::string_view path) {
    const auto bad = [&](std::string_view why) {
        return refuse(fmt::format("'{}' may not be written: {}", shown_path(path), why));
    };
    if (path.empty() || path.size() > kMaxPath) return bad("a path has 1 to 1,024 bytes");
    // Who reviews a change must see the name that is written.
    if (acts(path)) return bad("it has characters that control, hide or turn text");
    if (path.find('\\') != std::string_view::npos) return bad("it has backslashes");
    for (std::size_t from = 0;;) {
        const std::size_t to = path.find('/', from);
        const std::string_view part = path.substr(from, to - from);
        if (part.empty() || part == "." || part == "..") return bad("it leaves the repository");
        if (part.ends_with('.') || part.ends_with(' '))
            return bad("a name ends in a dot or a space, which some systems drop");
        if (is_git_folder(part)) return bad("it is git's own");
        if (to == std::string_view::npos) return {};
        from = to + 1;
    }
}

base::Status check_branch(std::string_view branch) {
    const auto bad = [&] {
        return refuse(fmt::format("'{}' is no name for a branch", shown_path(branch)));
    };
    // git-check-ref-format(1), and stricter: what looks like a SHA would be read as a commit
    // elsewhere.
    if (branch.empty() || branch.size() > 200 || is_sha(branch)) return bad();
    if (branch == "HEAD" || branch == "@" || branch.starts_with('-') ||
        branch.starts_with("refs/") || branch.find("..") != std::string_view::npos ||
        branch.find("@{") != std::string_view::npos)
        return bad();
    for (const char c : branch)
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f ||
            std::string_view("~^:?*[\\").find(c) != std::string_view::npos)
            return bad();
    for (std::size_t from = 0;;) {
        const std::size_t to = branch.find('/', from);
        const std::string_view part = branch.substr(from, to - from);
        if (part.empty() || part.starts_with('.') || part.ends_with('.') || part.ends_with(".lock"))
            return bad();
        if (to == std::string_view::npos) return {};
        from = to + 1;
    }
}

base::Status check(const CommitRequest& request) {
    if (auto ok = check_branch(request.branch); !ok) return ok;
    if (!is_sha(request.parent))
        return refuse("the commit to build upon must be named by its whole SHA");
    if (request.message.empty() || request.message.size() > 60'000)
        return refuse("a commit needs a message of at most 60,000 bytes");
    if (request.edits.empty()) return refuse("a commit needs at least one file");
    if (request.edits.size() > kMaxEdits)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("{} files are too many for one commit; {} is the most",
                                      request.edits.size(), kMaxEdits));
    std::set<std::string, std::less<>> seen;
    std::size_t bytes = 0;
    for (const FileEdit& edit : request.edits) {
        if (auto ok = check_path(edit.path); !ok) return ok;
        if (edit.kind == EntryKind::Folder || edit.kind == EntryKind::Submodule)
            return refuse(fmt::format("'{}' is no file", shown_path(edit.path)));
        if (!seen.insert(edit.path).second)
            return refuse(fmt::format("'{}' is edited twice in one commit", shown_path(edit.path)));
        if (edit.content) bytes += edit.content->size();
    }
    for (const FileEdit& edit : request.edits)
        for (std::size_t at = edit.path.find('/'); at != std::string::npos;
             at = edit.path.find('/', at + 1))
            if (edit.content && seen.contains(std::string_view(edit.path).substr(0, at))) {
                const auto above = std::find_if(
                    request.edits.begin(), request.edits.end(),
                    [&](const FileEdit& other) { return other.path == edit.path.substr(0, at); });
                if (above->content)
                    return refuse(fmt::format("'{}' is a file and a folder in one commit",
                                              shown_path(above->path)));
            }
    if (bytes > kMaxBytes)
        return base::fail(base::ErrorKind::TooLarge,
                          fmt::format("a commit of {} MiB is too large; {} is the most",
                                      bytes >> 20U, kMaxBytes >> 20U));
    return {};
}

std::string_view mode_of(EntryKind kind) {
    if (kind == EntryKind::Executable) return "100755";
    if (kind == EntryKind::Symlink) return "120000";
    return "100644";
}

}  // namespace insight::github
