#include "analysis/monitoring/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "analysis/monitoring/lack.h"
#include "analysis/monitoring/threshold.h"
#include "core/base/text.h"

namespace insight::analysis::monitoring {
namespace {

using base::Json;

constexpr base::Nanos kLate = 5 * base::kMinute;
constexpr double kClear = 0.7;  // strength of a clue that a rule may stand on
constexpr std::size_t kMost = 8;

bool answered(const Json& report, std::string_view source) {
    for (const Json& row : base::array_at(report, "coverage"))
        if (base::text_at(row, "source").starts_with(source) &&
            (base::text_at(row, "outcome") == "answered" ||
             base::text_at(row, "outcome") == "truncated"))
            return true;
    return false;
}

base::Nanos time_at(const Json& object, const char* key) {
    const auto time = base::parse_rfc3339(base::text_at(object, key));
    return time ? *time : 0;
}

// How late people were told of what began at `onset`; nothing: early enough.
std::optional<std::string> untold(const Json& report, base::Nanos onset) {
    const auto alerts = alerts_of(report);
    if (alerts.empty()) return "no alert told of it";
    base::Nanos first = 0;
    for (const Json* alert : alerts) {
        const base::Nanos at = time_at(*alert, "startsAt");
        if (at != 0 && (first == 0 || at < first)) first = at;
    }
    if (onset == 0 || first - onset < kLate) return std::nullopt;
    return fmt::format("the first alert came {} later", base::format_duration(first - onset));
}

// Series of the first cause's entity that left their normal range, strongest first.
std::vector<Seen> series_of_cause(const Json& report) {
    const Json& causes = base::array_at(report, "causes");
    if (causes.empty()) return {};
    const std::string entity = entity_name(causes.front());
    const Json& evidence = base::object_at(report, "evidence");
    std::vector<Seen> out;
    for (const Json& clue : base::array_at(report, "clues")) {
        if (entity_name(clue) != entity || base::number_at(clue, "strength") < kClear) continue;
        for (const Json& id : base::array_at(clue, "evidence")) {
            if (!id.is_string() || !evidence.contains(id.get<std::string>())) continue;
            const Json& one = evidence[id.get<std::string>()];
            if (base::text_at(base::object_at(one, "content"), "kind") == "series")
                out.push_back({&clue, &one, id.get<std::string>(), time_at(clue, "onset")});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const Seen& a, const Seen& b) {
        return base::number_at(*a.clue, "strength") > base::number_at(*b.clue, "strength");
    });
    return out;
}

// Does an expression speak of this metric or of the parts of its histogram, and not of one whose
// name is only longer?
bool speaks_of(std::string_view expression, const std::string& metric) {
    const auto of_name = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    for (std::size_t at = expression.find(metric); at != std::string_view::npos;
         at = expression.find(metric, at + 1)) {
        std::string_view rest = expression.substr(at + metric.size());
        for (const std::string_view part : {"_bucket", "_sum", "_count"})
            if (rest.starts_with(part)) {
                rest.remove_prefix(part.size());
                break;
            }
        if ((at == 0 || !of_name(expression[at - 1])) && (rest.empty() || !of_name(rest.front())))
            return true;
    }
    return false;
}

// Does a rule that fires, or the incident's own alert, look at this metric?
bool watched(const std::string& metric, const Json& report, const model::Signals& signals) {
    for (const Json* alert : alerts_of(report))
        if (speaks_of(expression_of(base::text_at(*alert, "generatorURL")), metric)) return true;
    return std::any_of(signals.databases.begin(), signals.databases.end(), [&](const auto& row) {
        return row.system == "prometheus" && speaks_of(base::dump_json(row.row), metric);
    });
}

std::optional<Decision> noisy_alert(const Json& report) {
    if (base::text_at(report, "verdict") != "nothing_wrong") return std::nullopt;
    for (const Json* alert : alerts_of(report)) {
        const std::string alert_name =
            base::text_at(base::object_at(*alert, "labels"), "alertname");
        if (alert_name.empty()) continue;
        const base::Nanos begin = time_at(*alert, "startsAt");
        const base::Nanos end = time_at(*alert, "endsAt");
        const base::Nanos fired = end > begin ? end - begin : 0;
        Decision out;
        out.kind = Kind::AlertRule;
        out.lack = Lack::Noisy;
        out.entity = {"service", base::text_at(base::object_at(*alert, "labels"), "service")};
        out.subject = alert_name;
        // Whole minutes, and clearly longer than it fired.
        out.hold =
            std::max<base::Nanos>(kLate, (fired * 3 / 2 / base::kMinute + 1) * base::kMinute);
        out.reason = fmt::format(
            "{} fired{} although nothing was wrong; with `for: {}` it would have stayed quiet",
            alert_name, fired > 0 ? " for " + base::format_duration(fired) : "",
            prometheus_duration(out.hold));
        return out;
    }
    return std::nullopt;
}

bool has_series(const std::string& entity, const model::Signals& signals) {
    return std::any_of(signals.metrics.begin(), signals.metrics.end(), [&](const auto& series) {
        return std::any_of(series.labels.begin(), series.labels.end(), [&](const auto& label) {
            return label.second == entity ||
                   ((label.first == "pod" || label.first == "k8s.pod.name") &&
                    label.second.starts_with(entity + "-"));
        });
    });
}

std::optional<Decision> missing_metric(const Json& report, const model::Signals& signals) {
    const Json& causes = base::array_at(report, "causes");
    if (causes.empty() || !answered(report, "prometheus/")) return std::nullopt;
    const std::string entity = entity_name(causes.front());
    if (entity.empty() || has_series(entity, signals)) return std::nullopt;
    for (const Json& object : signals.resources) {
        const Json& metadata = base::object_at(object, "metadata");
        // Knative's are called Service, too.
        if (base::text_at(object, "kind") != "Service" ||
            base::text_at(object, "apiVersion") != "v1" ||
            base::text_at(metadata, "name") != entity)
            continue;
        Decision out;
        out.kind = Kind::Metric;
        out.entity = {"service", entity};
        out.subject = entity;
        out.reason = fmt::format(
            "Prometheus has no series of {}: its part in the incident could "
            "only be told from elsewhere",
            entity);
        Scrape scrape;
        scrape.space = base::text_at(metadata, "namespace");
        scrape.service = entity;
        for (const auto& [key, value] : base::object_at(metadata, "labels").items())
            if (value.is_string()) scrape.selector[key] = value.get<std::string>();
        for (const Json& port : base::array_at(base::object_at(object, "spec"), "ports")) {
            const std::string port_name = base::text_at(port, "name");
            // What such ports are called by custom; a number alone cannot be put into a
            // ServiceMonitor.
            if (port_name.find("metric") != std::string::npos ||
                port_name.find("prometheus") != std::string::npos)
                scrape.port = port_name;
        }
        if (!scrape.port.empty() && !scrape.selector.empty())
            out.scrape = std::move(scrape);
        else
            out.reason += "; its Service has no port called metrics, which has to come first";
        return out;
    }
    return std::nullopt;
}

}  // namespace

std::vector<Decision> decide(const Json& report, const model::Signals& signals) {
    std::vector<Decision> out;
    if (auto noisy = noisy_alert(report)) out.push_back(std::move(*noisy));
    const bool by_prometheus = answered(report, "prometheus/");
    const bool by_skywalking = answered(report, "skywalking/");
    std::set<std::string> metrics;
    for (const Seen& seen : series_of_cause(report)) {
        const std::string metric =
            base::text_at(base::object_at(*seen.evidence, "content"), "name");
        const auto why = untold(report, seen.onset);
        if (!why || !metrics.insert(metric).second || metrics.size() > 2) continue;
        if (by_skywalking)
            if (auto alarm = missing_alarm(seen, *why)) {
                out.push_back(std::move(*alarm));
                continue;
            }
        if (by_prometheus && !watched(metric, report, signals))
            if (auto rule = missing_rule(seen, report, signals, *why))
                out.push_back(std::move(*rule));
    }
    // By itself it would be no reason to bother anybody.
    if (by_prometheus && !out.empty())
        if (auto recording = missing_recording(report)) out.push_back(std::move(*recording));
    if (auto metric = missing_metric(report, signals)) out.push_back(std::move(*metric));
    if (out.size() > kMost) out.resize(kMost);
    return out;
}

std::string_view name(Kind kind) {
    switch (kind) {
        case Kind::Metric:
            return "metric";
        case Kind::AlertRule:
            return "alert rule";
        case Kind::RecordingRule:
            return "recording rule";
        case Kind::ApmSetting:
            return "APM setting";
    }
    return "";
}

std::string_view name(Lack lack) {
    return lack == Lack::Missing ? "missing" : "noisy";
}

}  // namespace insight::analysis::monitoring
