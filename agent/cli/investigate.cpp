// analyze, replay, snapshot capture: one investigation, without the service.
#include <fmt/format.h>

#include "agent/cli/alert_file.h"
#include "agent/cli/commands.h"
#include "agent/cli/interactive.h"
#include "agent/cli/keep.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/pipeline.h"
#include "agent/question.h"
#include "agent/reason_stage.h"
#include "agent/runbooks/folder.h"

namespace insight::cli {
namespace {

base::Result<model::Incident> asked_incident(const Options& options, base::Nanos now) {
    if (!options.alert_file.empty()) return incident_of_alert(options.alert_file, now);
    return agent::question_incident(
        {options.question, options.service, options.since, options.until}, now);
}

struct Wired {
    config::Config config;
    std::unique_ptr<Parts> parts;
};

base::Result<Wired> wired(const Options& options) {
    auto config = load_config(options.config);
    if (!config) return base::fail(config.error());
    auto parts = wire(*config, false);
    if (!parts) return base::fail(parts.error());
    return Wired{std::move(*config), std::move(*parts)};
}

base::Result<store::Snapshot> record_now(const Options& options, Wired& with) {
    auto incident = asked_incident(options, with.parts->clock.now());
    if (!incident) return base::fail(incident.error());
    progress(fmt::format("collecting from {} sources…", with.parts->sources->all().size()));
    store::Snapshot recorded = agent::record(std::move(*incident), *with.parts->sources,
                                             with.config.pipeline, with.parts->clock.now());
    recorded.runbooks =
        agent::runbooks::Folder(with.config.block("runbooks").own.text("folder")).recorded();
    return recorded;
}

// Models investigate behind the analysis where one is configured.
base::Result<std::vector<base::Json>> reason(const agent::Recorded& window,
                                             const agent::reasoning::LogStream& logs, Wired& with,
                                             model::Report& report) {
    const auto stage =
        agent::ReasonStage::open(with.config, *with.parts->transport, with.parts->clock,
                                 with.parts->store.get(), border_key(with.parts->store.get()));
    if (!stage) return base::fail(stage.error());
    const auto tell = [](std::string_view event, const base::Json& detail) {
        if (event == "asking")
            progress(
                fmt::format("asking the model, turn {}…", base::integer_at(detail, "iteration")));
    };
    return (*stage)->run(window, logs, report, tell);
}

// The window whole, log records included: the analysis let them go as they went by.
base::Status keep(const std::string& bytes, std::vector<base::Json> exchanges,
                  const Options& options, const Wired& with) {
    if (options.keep.empty() && exchanges.empty()) return {};
    auto whole = options.snapshot.empty() ? store::unpack_snapshot(bytes)
                                          : store::read_snapshot(options.snapshot);
    if (!whole) return base::fail(whole.error());
    return keep_analysis(std::move(*whole), std::move(exchanges), options, with.config);
}

Exit print_outcome(const agent::Recorded& window, const model::Report& report,
                   const Options& options) {
    for (const std::string& remark : window.snapshot.remarks) progress("note: " + remark);
    const Exit printed = print_report(model::to_json(report), options.format, options.output);
    if (printed != Exit::Done) return printed;
    // Where nothing is wrong a severity is no finding that could fail a build.
    const bool found =
        report.verdict != model::Verdict::NothingWrong && !options.fail_on.empty() &&
        severity_rank(name(report.impact.severity)) >= severity_rank(options.fail_on);
    return found ? Exit::Findings : Exit::Done;
}

}  // namespace

Exit replay(const Options& options) {
    const auto window = agent::open_recorded(options.snapshot);
    if (!window) return complain(window.error());
    model::Report report = agent::analyse(*window);
    agent::reason_again(*window, agent::logs_in(options.snapshot), report);
    return print_outcome(*window, report, options);
}

Exit analyze(const Options& options) {
    const int ways = (options.question.empty() ? 0 : 1) + (options.alert_file.empty() ? 0 : 1) +
                     (options.snapshot.empty() ? 0 : 1);
    if (ways != 1)
        return complain({base::ErrorKind::Invalid,
                         "analyze needs one of a question, --alert FILE or --snapshot PATH"});
    auto with = wired(options);
    if (!with) return complain(with.error());
    std::string bytes;  // the report is made from what a replay would read: both are the same
    if (options.snapshot.empty()) {
        const auto recorded = record_now(options, *with);
        if (!recorded) return complain(recorded.error());
        auto packed = store::pack_snapshot(*recorded);
        if (!packed) return complain(packed.error());
        bytes = std::move(*packed);
    }
    const auto window = options.snapshot.empty() ? agent::unpack_recorded(bytes)
                                                 : agent::open_recorded(options.snapshot);
    if (!window) return complain(window.error());
    const auto logs =
        options.snapshot.empty() ? agent::logs_of(bytes) : agent::logs_in(options.snapshot);
    model::Report report = agent::analyse(*window);
    std::vector<base::Json> exchanges = window->snapshot.exchanges;
    // A window that already holds what a model said is replayed from it: asking again would cost
    // money and give another report for the same window.
    if (!exchanges.empty()) {
        agent::reason_again(*window, logs, report);
        if (options.keep.empty()) exchanges.clear();  // they lie where they were read from
    } else {
        auto reasoned = reason(*window, logs, *with, report);
        if (!reasoned) return complain(reasoned.error());
        exchanges = std::move(*reasoned);
    }
    if (auto kept = keep(bytes, std::move(exchanges), options, *with); !kept)
        return complain(kept.error());
    const Exit printed = print_outcome(*window, report, options);
    if (!options.interactive || (printed != Exit::Done && printed != Exit::Findings))
        return printed;
    return talk(*window, logs, report, with->config, *with->parts);
}

Exit capture_snapshot(const Options& options) {
    Options asked = options;
    if (asked.question.empty() && asked.alert_file.empty())
        asked.question = "What is the state of the system?";
    auto with = wired(asked);
    if (!with) return complain(with.error());
    const auto snapshot = record_now(asked, *with);
    if (!snapshot) return complain(snapshot.error());
    if (auto written = store::write_snapshot(options.path, *snapshot); !written)
        return complain(written.error());
    // no log records here: they were streamed to the file and never held
    cli::print(fmt::format("{}: {} series, {} database rows, {} changes", options.path,
                           snapshot->signals.metrics.size(), snapshot->signals.databases.size(),
                           snapshot->signals.changes.size()));
    return Exit::Done;
}

}  // namespace insight::cli
