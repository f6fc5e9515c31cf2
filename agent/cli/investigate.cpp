// analyze, replay, snapshot capture: one investigation, without the service.
#include <fmt/format.h>

#include "agent/cli/alert_file.h"
#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/pipeline.h"
#include "agent/question.h"

namespace insight::cli {
namespace {

base::Result<model::Incident> asked_incident(const Options& options, base::Nanos now) {
    if (!options.alert_file.empty()) return incident_of_alert(options.alert_file, now);
    return agent::question_incident(
        {options.question, options.service, options.since, options.until}, now);
}

base::Result<store::Snapshot> record_now(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    auto parts = wire(*config, false);
    if (!parts) return base::fail(parts.error());
    auto incident = asked_incident(options, (*parts)->clock.now());
    if (!incident) return base::fail(incident.error());
    progress(fmt::format("collecting from {} sources…", (*parts)->sources->all().size()));
    return agent::record(std::move(*incident), *(*parts)->sources, config->pipeline,
                         (*parts)->clock.now());
}

// The report is made from what a replay would read, so that both are the same.
base::Result<agent::Recorded> as_recorded(const store::Snapshot& snapshot) {
    const auto bytes = store::pack_snapshot(snapshot);
    if (!bytes) return base::fail(bytes.error());
    return agent::unpack_recorded(*bytes);
}

int rank(std::string_view severity) {
    if (severity == "critical") return 3;
    if (severity == "warning") return 2;
    return severity == "info" ? 1 : 0;
}

Exit report_on(const agent::Recorded& window, const Options& options) {
    for (const std::string& remark : window.snapshot.remarks) progress("note: " + remark);
    const model::Report report = agent::analyse(window);
    const Exit printed = print_report(model::to_json(report), options.format, options.output);
    if (printed != Exit::Done) return printed;
    const bool found = report.verdict != model::Verdict::NothingWrong && !options.fail_on.empty() &&
                       rank(name(report.impact.severity)) >= rank(options.fail_on);
    return found ? Exit::Findings : Exit::Done;
}

}  // namespace

Exit replay(const Options& options) {
    const auto window = agent::open_recorded(options.snapshot);
    if (!window) return complain(window.error());
    // A recorded scan is a scan again, with its health.
    if (window->snapshot.incident.origin == model::Origin::Scan) return scan(options);
    return report_on(*window, options);
}

Exit analyze(const Options& options) {
    const int ways = (options.question.empty() ? 0 : 1) + (options.alert_file.empty() ? 0 : 1) +
                     (options.snapshot.empty() ? 0 : 1);
    if (ways != 1)
        return complain({base::ErrorKind::Invalid,
                         "analyze needs one of a question, --alert FILE or --snapshot PATH"});
    if (!options.snapshot.empty()) return replay(options);
    const auto recorded = record_now(options);
    if (!recorded) return complain(recorded.error());
    const auto window = as_recorded(*recorded);
    return window ? report_on(*window, options) : complain(window.error());
}

Exit capture_snapshot(const Options& options) {
    Options asked = options;
    if (asked.question.empty() && asked.alert_file.empty())
        asked.question = "What is the state of the system?";
    const auto snapshot = record_now(asked);
    if (!snapshot) return complain(snapshot.error());
    if (auto written = store::write_snapshot(options.path, *snapshot); !written)
        return complain(written.error());
    print(fmt::format("{}: {} series, {} database rows, {} changes", options.path,
                      snapshot->signals.metrics.size(), snapshot->signals.databases.size(),
                      snapshot->signals.changes.size()));
    return Exit::Done;
}

}  // namespace insight::cli
