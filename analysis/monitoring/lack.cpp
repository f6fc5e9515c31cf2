#include "analysis/monitoring/lack.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/command.h"
#include "analysis/monitoring/threshold.h"
#include "core/base/text.h"

namespace insight::analysis::monitoring {

using base::Json;

namespace {

// "web", "orders-db" → "Web", "OrdersDb"
std::string camel(std::string_view text) {
    std::string out;
    bool up = true;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool digit = c >= '0' && c <= '9';
        if (!letter && !(digit && !out.empty())) {
            up = true;
            continue;
        }
        out += up && c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
        up = false;
    }
    return out;
}

// What was looked at, in PromQL.
std::string quantity_of(const Json& content, const std::string& selector,
                        const model::Signals& signals) {
    model::Labels labels;
    for (const auto& [label, value] : base::object_at(content, "labels").items())
        if (value.is_string()) labels.emplace(label, value.get<std::string>());
    const auto select = [](const std::string& part, const model::Labels& of_part) {
        return selector_of({{"name", part}, {"labels", of_part}}).value_or(part);
    };
    if (auto made = command::of_histogram(signals, base::text_at(content, "name"), labels, select))
        return *made;
    return is_rate(content) ? fmt::format("rate({}[5m])", selector) : selector;
}

}  // namespace

// Every alert of the incident: one, or a list.
std::vector<const Json*> alerts_of(const Json& report) {
    const Json& incident = base::object_at(report, "incident");
    std::vector<const Json*> out;
    if (const Json& one = base::object_at(incident, "alert"); !one.empty()) out.push_back(&one);
    for (const Json& one : base::array_at(incident, "alerts")) out.push_back(&one);
    return out;
}

std::string entity_name(const Json& holder) {
    return base::text_at(base::object_at(holder, "entity"), "name");
}

std::optional<Decision> missing_rule(const Seen& seen, const Json& report,
                                     const model::Signals& signals, const std::string& why) {
    const Json& content = base::object_at(*seen.evidence, "content");
    const auto limit = threshold_of(content);
    const std::string metric = base::text_at(content, "name");
    const auto selector = limit ? selector_of(content) : std::nullopt;
    if (!selector) return std::nullopt;
    const std::string entity = entity_name(*seen.clue);
    Decision out;
    out.kind = Kind::AlertRule;
    out.entity = {base::text_at(base::object_at(*seen.clue, "entity"), "kind"), entity};
    out.subject = metric;
    out.evidence = {seen.id};
    out.reason = fmt::format(
        "{} of {} left its normal range and {}; normal is up to {}, in the "
        "incident it was {}",
        metric, entity, why, base::format_number(limit->normal), base::format_number(limit->seen));
    if (limit->below)
        out.reason = fmt::format(
            "{} of {} left its normal range and {}; normal is at least {}, in "
            "the incident it was {}",
            metric, entity, why, base::format_number(limit->normal),
            base::format_number(limit->seen));
    Rule rule;
    std::string_view stem = metric;
    if (stem.ends_with("_total")) stem.remove_suffix(6);
    rule.alert = camel(entity) + camel(stem) + (limit->below ? "Low" : "High");
    rule.expression = fmt::format("{} {} {}", quantity_of(content, *selector, signals),
                                  limit->below ? "<" : ">", written(limit->value));
    rule.hold = kHold;
    rule.labels = {{"severity", "warning"}, {"service", entity}};
    rule.annotations = {
        {"summary", fmt::format("{} of {} is {} than usual", metric, entity,
                                limit->below ? "lower" : "higher")},
        {"description", fmt::format("It was the first sign of incident {}.",
                                    base::text_at(base::object_at(report, "incident"), "id"))}};
    out.rule = std::move(rule);
    return out;
}

std::optional<Decision> missing_alarm(const Seen& seen, const std::string& why) {
    const Json& content = base::object_at(*seen.evidence, "content");
    const std::string metric = base::text_at(content, "name");
    // Ratios are kept as shares here and per ten thousand there.
    const std::map<std::string, double> scales{
        {"service_resp_time", 1}, {"service_cpm", 1}, {"service_sla", 10'000}};
    const auto scale = scales.find(metric);
    const auto limit = threshold_of(content);
    if (scale == scales.end() || !limit) return std::nullopt;
    const std::string entity = entity_name(*seen.clue);
    Decision out;
    out.kind = Kind::ApmSetting;
    out.entity = {"service", entity};
    out.subject = metric;
    out.evidence = {seen.id};
    out.reason =
        fmt::format("{} of {} left its normal range and {}; SkyWalking has no alarm that says so",
                    metric, entity, why);
    Alarm alarm;
    std::string plain;
    for (const char c : entity) plain += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
    alarm.name = fmt::format("insight_{}_{}_rule", plain, metric);
    // In MQE a comparison is 1 for each minute in which it holds: three of the minutes in `period`.
    alarm.expression = fmt::format("sum({} {} {}) >= 3", metric, limit->below ? "<" : ">",
                                   written(limit->value * scale->second));
    alarm.service = entity;
    alarm.message =
        fmt::format("{} of {{name}} left its normal range in 3 of the last 10 minutes", metric);
    out.alarm = std::move(alarm);
    return out;
}

// The alert of the incident is computed from raw series at every evaluation.
std::optional<Decision> missing_recording(const Json& report) {
    for (const Json* alert : alerts_of(report)) {
        const std::string expression = expression_of(base::text_at(*alert, "generatorURL"));
        const auto quantity = heavy_quantity(expression);
        if (!quantity) continue;
        const Json& labels = base::object_at(*alert, "labels");
        const std::string alert_name = base::text_at(labels, "alertname");
        std::string slug;
        for (const char c : camel(alert_name)) {
            if (c >= 'A' && c <= 'Z' && !slug.empty()) slug += '_';
            slug += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        }
        if (slug.empty()) continue;
        Decision out;
        out.kind = Kind::RecordingRule;
        out.entity = {"service", base::text_at(labels, "service")};
        out.subject = alert_name;
        out.reason = fmt::format(
            "{} computes a quantile or ratio from raw series each time; a "
            "recorded series is cheaper and can be drawn",
            alert_name);
        Rule rule;
        // level:metric:operation, as Prometheus recommends to name recorded series.
        rule.record = "service:" + slug + ":insight";
        rule.expression = *quantity;
        out.rule = std::move(rule);
        return out;
    }
    return std::nullopt;
}

}  // namespace insight::analysis::monitoring
