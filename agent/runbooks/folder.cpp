#include "agent/runbooks/folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "core/base/text.h"

namespace insight::agent::runbooks {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 500;
constexpr std::size_t kMostBytes = 2U << 20;
constexpr int kDepth = 4;

constexpr std::array kFields{
    config::Field{"folder", config::FieldType::Text, "",
                  "Markdown files with match rules in their front matter (docs/runbooks.md)."},
};

struct File {
    fs::path path;
    std::string name;  // within the folder
    std::uintmax_t bytes = 0;
};

std::vector<File> files_below(const std::string& folder, std::vector<std::string>& remarks) {
    std::vector<File> out;
    std::error_code failed;
    fs::recursive_directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                        failed);
    if (failed) {
        remarks.push_back(
            fmt::format("the folder of runbooks {} cannot be read ({}): correct runbooks.folder",
                        folder, failed.message()));
        return out;
    }
    for (const fs::recursive_directory_iterator end; it != end && out.size() < kMostFiles;
         it.increment(failed)) {
        if (failed) break;
        if (it.depth() >= kDepth) it.disable_recursion_pending();
        std::error_code ignored;
        const fs::path& path = it->path();
        // a link could lead out of the folder, and to secrets
        if (it->is_symlink(ignored) || !it->is_regular_file(ignored) || path.extension() != ".md" ||
            path.filename() == "README.md")
            continue;
        out.push_back(
            {path, fs::relative(path, folder, ignored).generic_string(), it->file_size(ignored)});
    }
    std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return a.name < b.name; });
    if (out.size() == kMostFiles)
        remarks.push_back(fmt::format("{} has 500 runbooks or more: only 500 are read", folder));
    return out;
}

// Names, sizes and times: cheap enough to ask before every window, and no service has to be told of
// an edit.
std::string state_of(const std::string& folder) {
    std::vector<std::string> ignored_remarks;
    std::string out;
    for (const File& file : files_below(folder, ignored_remarks)) {
        std::error_code ignored;
        out += fmt::format("{} {} {}\n", file.name, file.bytes,
                           fs::last_write_time(file.path, ignored).time_since_epoch().count());
    }
    return out;
}

}  // namespace

const config::Block kBlock{
    .name = "runbooks", .purpose = "What people wrote down for such incidents.", .fields = kFields};

Reading read_runbooks(const std::string& folder) {
    Reading out;
    std::size_t total = 0;
    for (const File& file : files_below(folder, out.remarks)) {
        if (file.bytes > kLargestRunbook || total + file.bytes > kMostBytes) {
            out.remarks.push_back(fmt::format(
                "the runbook {} was left out: a file may have 256 KiB, all together 2 MiB",
                file.name));
            continue;
        }
        std::ifstream in(file.path, std::ios::binary);
        // A file may have shrunk since it was listed; one that grew is read to its old length, and
        // whole the next time.
        std::string text(file.bytes, '\0');
        in.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
        if (in.bad() || (!in.is_open())) {
            out.remarks.push_back(
                fmt::format("the runbook {} cannot be read: check its rights", file.name));
            continue;
        }
        auto runbook = parse_runbook(file.name, text);
        if (!runbook) {
            out.remarks.push_back("a runbook was left out: " + runbook.error().text());
            continue;
        }
        total += text.size();
        out.runbooks.push_back(std::move(*runbook));
    }
    return out;
}

Reading Folder::current() {
    if (folder_.empty()) return {};
    const std::lock_guard lock(mutex_);
    std::string state = state_of(folder_);
    if (state.empty() || state != state_) {
        reading_ = read_runbooks(folder_);
        state_ = std::move(state);
    }
    return reading_;
}

std::vector<base::Json> Folder::recorded() {
    std::vector<base::Json> out;
    for (const Runbook& runbook : current().runbooks) out.push_back(to_json(runbook));
    return out;
}

}  // namespace insight::agent::runbooks
