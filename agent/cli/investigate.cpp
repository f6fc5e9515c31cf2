// analyze, replay, snapshot capture: one investigation, without the service.
#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/files.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/pipeline.h"
#include "agent/question.h"

namespace insight::cli {
namespace {

constexpr std::size_t kMaxAlertFile = 16U << 20;

// A webhook body, or one alert by itself (as the alerts API of Alertmanager lists them).
base::Result<model::Incident> incident_of_alert(const std::string& path, base::Nanos now) {
    const auto text = read_text(path, kMaxAlertFile);
    if (!text) return base::fail(text.error());
    const auto body = base::parse_json(*text, path, {.bytes = kMaxAlertFile, .depth = 64});
    if (!body) return base::fail(body.error());
    model::Incident incident;
    incident.opened_at = now;
    if (body->contains("alerts")) {
        auto delivery = model::delivery_from_json(*body, now);
        if (!delivery) return base::fail(delivery.error());
        if (delivery->alerts.empty())
            return base::fail(base::ErrorKind::Invalid, fmt::format("{} holds no alert", path));
        incident.group_key = delivery->group_key;
        incident.truncated_alerts = delivery->truncated_alerts;
        incident.alerts = std::move(delivery->alerts);
        std::stable_sort(incident.alerts.begin(), incident.alerts.end(),
                         [](const model::Alert& a, const model::Alert& b) {
                             return std::tie(a.starts_at, a.fingerprint) <
                                    std::tie(b.starts_at, b.fingerprint);
                         });
    } else {
        auto alert = model::alert_from_json(*body);
        if (!alert)
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("{}: {}", path, alert.error().message));
        if (alert->starts_at == 0) alert->starts_at = now;
        incident.alerts.push_back(std::move(*alert));
    }
    const model::Alert& first = incident.alerts.front();
    incident.id = model::incident_id(incident.group_key, first);
    if (const auto it = first.labels.find("cluster"); it != first.labels.end())
        incident.scope.cluster = it->second;
    if (const auto it = first.labels.find("namespace"); it != first.labels.end())
        incident.scope.space = it->second;
    return incident;
}

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
    return window ? report_on(*window, options) : complain(window.error());
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
