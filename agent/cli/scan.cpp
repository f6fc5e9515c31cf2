// scan: one health scan now; scan suppress | unsuppress | suppressions.
#include "agent/scan.h"

#include <fmt/format.h>

#include "agent/cli/commands.h"
#include "agent/cli/output.h"
#include "agent/cli/wiring.h"
#include "agent/pipeline.h"
#include "agent/scan_request.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::cli {
namespace {

Exit show(const agent::ScanAnswer& answer, const Options& options) {
    const Exit printed = print_report(answer.json, options.format, options.output);
    if (printed != Exit::Done || options.fail_on.empty()) return printed;
    return severity_rank(name(answer.health.severity)) >= severity_rank(options.fail_on)
               ? Exit::Findings
               : Exit::Done;
}

// A recorded window without its alert: the whole of it is looked at.
base::Result<agent::Recorded> recorded_window(const Options& options) {
    base::Status adjusted;
    auto window = agent::open_recorded(options.snapshot, [&](model::Incident& incident) {
        // Whatever opened the window, a scan asks about all of it: an alert or a question left in
        // would make the analysis look around that alone.
        incident.origin = model::Origin::Scan;
        incident.alerts.clear();
        incident.question.clear();
        if (options.since.empty()) return;
        const auto since = base::parse_duration(options.since);
        if (!since) {
            adjusted = base::fail(since.error());
            return;
        }
        model::Window& whole = incident.window;
        whole.start = whole.end - *since;
        // A window that begins earlier eats into its baseline, never into itself.
        whole.baseline_end = std::min(whole.baseline_end, whole.start);
        whole.baseline_start = std::min(whole.baseline_start, whole.baseline_end);
    });
    if (!adjusted) return base::fail(adjusted.error());
    return window;
}

Exit scan_snapshot(const Options& options) {
    const auto window = recorded_window(options);
    if (!window) return complain(window.error());
    for (const std::string& remark : window->snapshot.remarks) progress("note: " + remark);
    std::vector<model::Suppression> suppressions;
    if (!options.config.empty()) {
        const auto config = load_config(options.config);
        if (!config) return complain(config.error());
        auto configured = agent::suppressions_of(*config);
        if (!configured) return complain(configured.error());
        suppressions = std::move(*configured);
    }
    analysis::health::Before before;
    before.suppressions = std::move(suppressions);
    // Suppressions run out by the window's own time, so that a replay gives the same answer later.
    before.now = window->snapshot.incident.window.end;
    return show(agent::scan(agent::analyse(*window), window->snapshot.signals, before), options);
}

Exit scan_now(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return complain(config.error());
    const auto configured = agent::suppressions_of(*config);
    if (!configured) return complain(configured.error());
    auto parts = wire(*config, false);
    if (!parts) return complain(parts.error());
    const base::Nanos now = (*parts)->clock.now();
    auto incident = agent::scan_incident({.name = {},
                                          .service = options.service,
                                          .scope = {},
                                          .since = options.since,
                                          .until = options.until},
                                         now);
    if (!incident) return complain(incident.error());
    progress(fmt::format("collecting from {} sources…", (*parts)->sources->all().size()));
    const store::Snapshot snapshot =
        agent::record(std::move(*incident), *(*parts)->sources, config->pipeline, now);
    // Packed and read again, as analyze does: the report is made from what a replay would read.
    const auto bytes = store::pack_snapshot(snapshot);
    if (!bytes) return complain(bytes.error());
    const auto window = agent::unpack_recorded(*bytes);
    if (!window) return complain(window.error());
    analysis::health::Before before;
    before.now = now;
    before.suppressions = *configured;
    // Without a store nobody knows the scan before this one: nothing is new and nothing is gone.
    if ((*parts)->store)
        before = agent::before_scan(*(*parts)->store, window->snapshot.incident, *configured, now);
    return show(agent::scan(agent::analyse(*window), window->snapshot.signals, before), options);
}

std::string matcher(const model::Suppression& one) {
    std::string out;
    for (const auto& [key, text] :
         {std::pair<const char*, const std::string&>{"finding", one.finding},
          {"area", one.area},
          {"entity", one.entity},
          {"subject", one.subject}})
        if (!text.empty()) out += fmt::format("{}{}={}", out.empty() ? "" : " ", key, text);
    return out;
}

}  // namespace

Exit scan(const Options& options) {
    return options.snapshot.empty() ? scan_now(options) : scan_snapshot(options);
}

Exit suppress(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    const base::Nanos now = base::SystemClock().now();
    std::string expires = options.expires;
    // "30d" from now is what people mean; the store keeps the time itself.
    if (const auto length = base::parse_duration(expires))
        expires = base::format_rfc3339((now + *length) / base::kSecond * base::kSecond);
    base::Json wanted{{"owner", options.owner}, {"reason", options.reason}, {"expires", expires}};
    for (const auto& [key, text] :
         {std::pair<const char*, const std::string&>{"finding", options.id},
          {"area", options.area},
          {"entity", options.entity},
          {"subject", options.subject}})
        if (!text.empty()) wanted[key] = text;
    auto one = model::suppression_from_json(wanted);
    if (!one) return complain(one.error());
    if (one->expires_at <= now)
        return complain({base::ErrorKind::Invalid, "--expires: the time has passed already"});
    one->id = "sup-" + base::random_hex(6);
    one->created_at = now;
    if (auto kept = (*store)->put_suppression(*one); !kept) return complain(kept.error());
    print(one->id);
    return Exit::Done;
}

Exit unsuppress(const Options& options) {
    auto store = configured_store(options.config);
    if (!store) return complain(store.error());
    if (auto gone = (*store)->drop_suppression(options.id); !gone) return complain(gone.error());
    print(fmt::format("{} is gone: the next scan speaks of it again", options.id));
    return Exit::Done;
}

Exit list_suppressions(const Options& options) {
    const auto config = load_config(options.config);
    if (!config) return complain(config.error());
    const auto configured = agent::suppressions_of(*config);
    if (!configured) return complain(configured.error());
    auto store = configured_store(*config);
    if (!store) return complain(store.error());
    auto list = (*store)->suppressions();
    if (!list) return complain(list.error());
    list->insert(list->begin(), configured->begin(), configured->end());
    const base::Nanos now = base::SystemClock().now();
    if (options.format == Format::Json) {
        base::Json out = base::Json::array();
        for (const model::Suppression& one : *list) {
            out.push_back(to_json(one));
            out.back()["expired"] = one.expires_at <= now;
        }
        print(base::dump_json(out, 2));
        return Exit::Done;
    }
    std::string out = list->empty() ? "nothing is suppressed\n" : "";
    for (const model::Suppression& one : *list)
        out += base::clean_utf8(fmt::format(
            "{:18} {} {}  {}: {}  ({})\n", one.id, one.expires_at <= now ? "expired" : "until",
            base::format_rfc3339(one.expires_at), one.owner, one.reason, matcher(one)));
    print(out);
    return Exit::Done;
}

}  // namespace insight::cli
