// What a job leaves behind: stage outputs and the report.
#include <fmt/format.h>

#include "core/store/rows.h"

namespace insight::store {
namespace {

using base::ErrorKind;

// Both databases end at 1 GB, and in SQLite a change this large holds up every other one.
constexpr std::size_t kLargestStage = 256U << 20;

}  // namespace

base::Status write_stage(Connection& database, const Job& job, const std::string& stage,
                         const std::string& bytes) {
    if (bytes.size() > kLargestStage)
        return base::fail(ErrorKind::TooLarge,
                          fmt::format("stage {} of {} has {} bytes, more than the {} allowed: "
                                      "narrow the window or the sources",
                                      stage, job.incident, bytes.size(), kLargestStage));
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    Query(database,
          "INSERT INTO stage (incident, name, bytes) VALUES (?, ?, ?) "
          "ON CONFLICT (incident, name) DO UPDATE SET bytes = excluded.bytes")
        .bind(mine->incident, stage, Blob{bytes})
        .run();
    return {};
}

base::Result<std::string> read_stage(Connection& database, const std::string& incident,
                                     const std::string& stage) {
    std::string bytes;
    // One row may be larger than an answer of the server should be: it is fetched in slices.
    for (const std::int64_t slice = database.slice();;) {
        Query query(database,
                    "SELECT substr(bytes, CAST(? AS integer), CAST(? AS integer)), length(bytes) "
                    "FROM stage JOIN incident ON incident.number = stage.incident "
                    "WHERE id = ? AND name = ?");
        if (!query.bind(static_cast<std::int64_t>(bytes.size()) + 1, slice, incident, stage).next())
            return base::fail(
                ErrorKind::NotFound,
                fmt::format("{} has no stored {}: its investigation did not get that far", incident,
                            stage));
        const auto whole = static_cast<std::size_t>(query.integer(1));
        bytes.reserve(whole);
        const std::string_view part = query.text(0);
        bytes += part;
        // Empty: an end even if the row has become shorter between two slices.
        if (bytes.size() >= whole || part.empty()) return bytes;
    }
}

base::Status write_report(Connection& database, const Job& job, const ReportColumns& report) {
    const base::Result<HeldJob> mine = held(database, job);
    if (!mine) return base::fail(mine.error());
    Query(database,
          "INSERT INTO report (incident, content) VALUES (?, ?) "
          "ON CONFLICT (incident) DO UPDATE SET content = excluded.content")
        .bind(mine->incident, report.content)
        .run();
    Query(database,
          "UPDATE incident SET state = ?, verdict = ?, confidence = ?, summary = ? "
          "WHERE number = ?")
        .bind(model::IncidentState::Reported, report.verdict, report.confidence, report.summary,
              mine->incident)
        .run();
    return {};
}

base::Result<std::string> read_report(Connection& database, const std::string& incident) {
    Query query(database,
                "SELECT content FROM report JOIN incident ON incident.number = report.incident "
                "WHERE id = ?");
    if (!query.bind(incident).next())
        return base::fail(ErrorKind::NotFound,
                          fmt::format("there is no report of {} yet: wait for its investigation, "
                                      "or check the id with `devops-insight incidents`",
                                      incident));
    return std::string(query.text(0));
}

}  // namespace insight::store
