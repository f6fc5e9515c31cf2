// snapshot import: a window of telemetry that others recorded.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "agent/cli/alert_file.h"
#include "agent/cli/commands.h"
#include "agent/cli/files.h"
#include "agent/cli/output.h"
#include "agent/otlp/import.h"
#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/store/snapshot.h"

namespace insight::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;

// bounds of the machine's memory rather than of the format: a file is read whole, one document at a
// time is parsed
constexpr std::size_t kMaxImportFile = 1U << 30;
constexpr std::size_t kMaxTotal = 4ULL << 30;
constexpr std::size_t kMaxFiles = 10'000;

// Plain files named as the encoding's are, by name; links are not followed.
base::Result<std::vector<std::string>> files_in(const std::string& folder) {
    std::vector<std::string> out;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        const std::string extension = it->path().extension();
        if (it->symlink_status().type() == fs::file_type::regular &&
            (extension == ".json" || extension == ".jsonl" || extension == ".ndjson"))
            out.push_back(it->path());
        if (out.size() > kMaxFiles)
            return base::fail(ErrorKind::TooLarge,
                              fmt::format("{} holds more than {} files: import a part of them",
                                          folder, kMaxFiles));
    }
    if (error)
        return base::fail(ErrorKind::NotFound,
                          fmt::format("{} cannot be read; is the path right?", folder),
                          error.message());
    if (out.empty())
        return base::fail(ErrorKind::Invalid,
                          fmt::format("{} holds no .json, .jsonl or .ndjson file", folder));
    // A folder gives its files in any order; the same files must make the same window.
    std::sort(out.begin(), out.end());
    return out;
}

base::Status add_files(const std::vector<std::string>& files, otlp::Import& import) {
    std::size_t total = 0;
    for (const std::string& path : files) {
        const auto text = read_text(path, kMaxImportFile);
        if (!text) return base::fail(text.error());
        total += text->size();
        if (total > kMaxTotal)
            return base::fail(ErrorKind::TooLarge,
                              fmt::format("the files up to {} have more than {} GiB together", path,
                                          kMaxTotal >> 30U));
        progress("reading " + path);
        if (auto added = import.add(path, *text); !added) return added;
    }
    return {};
}

base::Result<base::Nanos> time_of(const std::string& text, std::string_view option) {
    if (text.empty()) return base::Nanos{0};
    auto time = base::parse_rfc3339(text);
    if (time) return time;
    return base::fail(ErrorKind::Invalid,
                      fmt::format("--{} '{}' is no time as in 2026-05-01T10:00:00Z", option,
                                  base::shorten(text, 40)));
}

base::Result<model::Incident> incident_of(const Options& options, model::Interval recorded) {
    if (!options.alert_file.empty()) return incident_of_alert(options.alert_file, recorded.end);
    model::Incident incident;
    incident.origin = model::Origin::Question;
    incident.service = options.service;
    incident.question = options.service.empty()
                            ? "What is wrong?"
                            : fmt::format("What is wrong with {}?", options.service);
    // The same files and service give the same id, so that an import made twice replays as one.
    incident.id = "inc-" + base::sha256_hex(fmt::format("otlp\n{}\n{}\n{}", options.service,
                                                        recorded.start, recorded.end))
                               .substr(0, 16);
    return incident;
}

}  // namespace

Exit import_snapshot(const Options& options) {
    const auto start = time_of(options.start, "start");
    if (!start) return complain(start.error());
    const auto end = time_of(options.end, "end");
    if (!end) return complain(end.error());
    const auto files = files_in(options.otlp);
    if (!files) return complain(files.error());
    otlp::Import import;
    if (auto added = add_files(*files, import); !added) return complain(added.error());
    store::Snapshot snapshot;
    snapshot.signals = import.finish();
    // The window is laid into what was recorded only now: no file says what the others hold.
    const model::Interval recorded = otlp::extent(snapshot.signals);
    auto incident = incident_of(options, recorded);
    if (!incident) return complain(incident.error());
    snapshot.incident = std::move(*incident);
    const auto placed = otlp::place_window(snapshot.incident, recorded, *start, *end);
    if (!placed) return complain(placed.error());
    snapshot.incident.opened_at = snapshot.incident.window.end;
    if (auto written = store::write_snapshot(options.output, snapshot); !written)
        return complain(written.error());
    print(fmt::format("{}: {} series, {} log records, {} spans from {} files", options.output,
                      snapshot.signals.metrics.size(), snapshot.signals.logs.size(),
                      snapshot.signals.spans.size(), files->size()));
    print(*placed);
    for (const auto& [what, count] : import.left_out())
        print(fmt::format("left out: {} {}", count, what));
    return Exit::Done;
}

}  // namespace insight::cli
