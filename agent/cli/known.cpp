// incidents, report: what is in the store, also while the service runs.
#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/postmortem.h"
#include "agent/cli/wiring.h"
#include "core/base/text.h"

namespace insight::cli {
namespace {

base::Json incident_as_json(const store::IncidentRow& row) {
    base::Json out = to_json(row.incident);
    out["title"] = title(row.incident);
    out["verdict"] = row.verdict.empty() ? base::Json() : base::Json(row.verdict);
    out["confidence"] = row.confidence;
    out["summary"] = row.summary;
    return out;
}

}  // namespace

Exit list_incidents(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto rows = (*store)->incidents({options.limit, ""});
    if (!rows) return complain(rows.error());
    if (options.format == Format::Json) {
        base::Json list = base::Json::array();
        for (const store::IncidentRow& row : *rows) list.push_back(incident_as_json(row));
        print(base::dump_json(list, 2));
        return Exit::Done;
    }
    if (rows->empty()) {
        print("no incidents yet: point an Alertmanager webhook at /api/v1/alerts/alertmanager");
        return Exit::Done;
    }
    std::string out = fmt::format("{:20}  {:20}  {:9}  {:20}  {}\n", "INCIDENT", "OPENED", "STATE",
                                  "VERDICT", "TITLE");
    for (const store::IncidentRow& row : *rows) {
        const std::string verdict =
            row.verdict.empty() ? ""
                                : fmt::format("{} {:.0f} %", row.verdict, row.confidence * 100);
        out += fmt::format(
            "{:20}  {:20}  {:9}  {:20}  {}\n", row.incident.id,
            base::format_rfc3339(row.incident.opened_at / base::kSecond * base::kSecond),
            name(row.incident.state), verdict,
            base::shorten(base::clean_utf8(title(row.incident)), 80));
    }
    print(out);
    return Exit::Done;
}

Exit show_report(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const auto text = (*store)->report(options.id);
    if (!text) return complain(text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (report && options.format == Format::Postmortem) {
        const auto written = postmortem_of(**store, *report, options.open_tickets);
        return written ? print_or_write(*written, options.output) : complain(written.error());
    }
    return report ? print_report(*report, options.format, options.output)
                  : complain(report.error());
}

}  // namespace insight::cli
