#include "analysis/monitoring/files.h"

#include <fmt/format.h>

#include "analysis/monitoring/threshold.h"
#include "core/base/text.h"

namespace insight::analysis::monitoring {
namespace {

// JSON's strings are strings of YAML, too.
std::string quoted(const std::string& text) {
    return base::dump_json(base::clean_utf8(text));
}

std::string comment(const std::string& text) {
    return "# " + base::one_line(base::clean_utf8(text)) + "\n";
}

// Templates of Prometheus begin with "{{": what others wrote must not become one.
std::string untemplated(std::string text) {
    for (std::size_t at = text.find("{{"); at != std::string::npos; at = text.find("{{", at))
        text.replace(at, 2, "{ {");
    return text;
}

std::string map_of(const model::Labels& labels, const std::string& indent) {
    std::string out;
    for (const auto& [key, value] : labels)
        out += fmt::format("{}{}: {}\n", indent, quoted(key), quoted(untemplated(value)));
    return out;
}

}  // namespace

std::string prometheus_rules(const std::vector<Decision>& decisions, const std::string& incident) {
    std::string rules;
    for (const Decision& decision : decisions) {
        if (!decision.rule) continue;
        const Rule& rule = *decision.rule;
        rules += "      " + comment(decision.reason);
        if (!rule.record.empty()) {
            rules += fmt::format("      - record: {}\n        expr: {}\n", rule.record,
                                 quoted(rule.expression));
            continue;
        }
        rules += fmt::format("      - alert: {}\n        expr: {}\n        for: {}\n", rule.alert,
                             quoted(rule.expression), prometheus_duration(rule.hold));
        rules += "        labels:\n" + map_of(rule.labels, "          ");
        rules += "        annotations:\n" + map_of(rule.annotations, "          ");
    }
    if (rules.empty()) return {};
    return fmt::format("groups:\n  - name: {}\n    rules:\n{}", quoted("insight-" + incident),
                       rules);
}

std::string service_monitor(const Decision& decision) {
    if (!decision.scrape) return {};
    const Scrape& scrape = *decision.scrape;
    std::string out = comment(decision.reason);
    out += "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n";
    out +=
        fmt::format("  name: {}\n  namespace: {}\n", quoted(scrape.service), quoted(scrape.space));
    out += "spec:\n  selector:\n    matchLabels:\n";
    for (const auto& [key, value] : scrape.selector)
        out += fmt::format("      {}: {}\n", quoted(key), quoted(value));
    out += fmt::format("  namespaceSelector:\n    matchNames:\n      - {}\n", quoted(scrape.space));
    out += fmt::format("  endpoints:\n    - port: {}\n      interval: 30s\n", quoted(scrape.port));
    return out;
}

std::string skywalking_alarms(const std::vector<Decision>& decisions) {
    std::string out;
    for (const Decision& decision : decisions) {
        if (!decision.alarm) continue;
        const Alarm& alarm = *decision.alarm;
        out += "  " + comment(decision.reason);
        out += fmt::format("  {}:\n    expression: {}\n    include-names:\n      - {}\n",
                           alarm.name, alarm.expression, quoted(alarm.service));
        out += fmt::format("    period: {}\n    silence-period: 10\n    message: {}\n",
                           alarm.period, quoted(alarm.message));
    }
    return out.empty() ? out : "rules:\n" + out;
}

}  // namespace insight::analysis::monitoring
