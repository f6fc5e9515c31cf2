#include "agent/cli/keep.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "config/surroundings.h"

namespace insight::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolder = "analyses";
constexpr std::string_view kEnding = ".tar.zst";
// a bound for the disk, for each is a whole window; docs/reasoning.md names it
constexpr std::size_t kMost = 20;

// The folder of the store's file; of a store that is a server the usual one.
fs::path beside_store(const std::string& store) {
    constexpr std::string_view kFile = "sqlite://";
    const std::string file =
        store.starts_with(kFile) && store.size() > kFile.size() ? store : config::default_store();
    return fs::path(file.substr(kFile.size())).parent_path() / kFolder;
}

// Room for one more: the oldest of ours are let go.
void make_room(const fs::path& folder) {
    std::error_code ignored;
    std::vector<std::pair<fs::file_time_type, fs::path>> kept;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().string().ends_with(kEnding))
            kept.emplace_back(entry.last_write_time(ignored), entry.path());
    std::sort(kept.begin(), kept.end());
    for (std::size_t i = 0; i + kMost <= kept.size(); ++i) fs::remove(kept[i].second, ignored);
}

base::Result<std::string> own_place(const std::string& incident, const config::Config& config) {
    const fs::path folder = beside_store(config.store);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("{}: {}", folder.string(), error.message()));
    fs::permissions(folder, fs::perms::owner_all, error);  // a window is nobody else's business
    // Before the new one is written, so that a full disk meets a folder that has already shrunk.
    make_room(folder);
    const fs::path place = folder / (incident + std::string(kEnding));
    fs::remove(place, error);  // the same window analysed again
    return place.string();
}

}  // namespace

base::Status keep_analysis(store::Snapshot snapshot, std::vector<base::Json> exchanges,
                           const Options& options, const config::Config& config) {
    if (options.keep.empty() && exchanges.empty()) return {};
    const std::string incident = snapshot.incident.id;
    snapshot.exchanges = std::move(exchanges);
    const base::Result<std::string> place =
        options.keep.empty() ? own_place(incident, config) : options.keep;
    base::Status written =
        place ? store::write_snapshot(*place, snapshot) : base::fail(place.error());
    if (written) {
        // said to scripts, too: nobody would look for it otherwise
        std::fprintf(stderr, "kept: devops-insight replay %s gives this report again\n",
                     place->c_str());
        return {};
    }
    if (!options.keep.empty()) return written;
    std::fprintf(stderr,
                 "warning: what the model said was not kept for a replay (%s): name a place with "
                 "--keep PATH\n",
                 written.error().text().c_str());
    return {};
}

}  // namespace insight::cli
