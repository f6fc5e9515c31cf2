#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "core/base/text.h"
#include "core/store/snapshot.h"

namespace insight::cli {
namespace {

using base::Json;

// Log records are counted by the reader.
class Unread final : public store::LogSink {
  public:
    void begin(const model::Incident& /*incident*/,
               const std::vector<model::CoverageRow>& /*coverage*/) override {}
    void take(std::size_t /*part*/, const model::LogView& /*record*/) override {}
};

std::string interval(base::Nanos start, base::Nanos end) {
    return fmt::format("{} to {} ({})", base::format_rfc3339(start), base::format_rfc3339(end),
                       base::format_duration(end - start));
}

Json counts(const store::Snapshot& snapshot) {
    const model::Signals& signals = snapshot.signals;
    return {{"metrics", signals.metrics.size()},     {"logs", snapshot.streamed_logs},
            {"spans", signals.spans.size()},         {"events", signals.events.size()},
            {"resources", signals.resources.size()}, {"databases", signals.databases.size()},
            {"changes", signals.changes.size()},     {"topology", signals.topology.size()}};
}

std::string snapshot_as_text(const store::Snapshot& snapshot) {
    const model::Incident& incident = snapshot.incident;
    std::string out = fmt::format("{}  {}\n", incident.id, base::clean_utf8(title(incident)));
    out += fmt::format("window    {}\n", interval(incident.window.start, incident.window.end));
    out += fmt::format("baseline  {}\n\n",
                       interval(incident.window.baseline_start, incident.window.baseline_end));
    const base::Json kept = counts(snapshot);  // items() only refers to it
    for (const auto& [name, count] : kept.items())
        if (count != 0) out += fmt::format("{:10} {}\n", name, count.get<std::size_t>());
    out += "\ncoverage\n";
    for (const model::CoverageRow& row : snapshot.signals.coverage)
        out += fmt::format("  {:28} {:10} {:6}  {}\n", row.source, name(row.outcome), row.count,
                           base::shorten(row.note, 120));
    for (const std::string& remark : snapshot.remarks) out += "note: " + remark + "\n";
    return out;
}

}  // namespace

Exit show_snapshot(const Options& options) {
    Unread unread;
    // Log records go by one at a time, for they can be larger than memory.
    const auto snapshot = store::read_snapshot(options.path, unread);
    if (!snapshot) return complain(snapshot.error());
    if (options.format != Format::Json) {
        print(snapshot_as_text(*snapshot));
        return Exit::Done;
    }
    Json coverage = Json::array();
    for (const model::CoverageRow& row : snapshot->signals.coverage)
        coverage.push_back(to_json(row));
    print(base::dump_json({{"incident", to_json(snapshot->incident)},
                           {"counts", counts(*snapshot)},
                           {"coverage", std::move(coverage)},
                           {"remarks", snapshot->remarks}},
                          2));
    return Exit::Done;
}

Exit verify_snapshot(const Options& options) {
    if (auto verified = store::verify_snapshot(options.path); !verified)
        return complain(verified.error());
    print(options.path + ": every file is what its manifest says");
    return Exit::Done;
}

}  // namespace insight::cli
