#include "agent/reasoning/tools/log_query.h"

#include <array>

#include "agent/reasoning/arguments.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// Who wrote a record: the first of these that it carries.
constexpr std::array<std::string_view, 8> kWho{
    "service.name", "service", "app", "k8s.pod.name", "pod", "host.name", "instance", "job"};

std::string_view attribute(const model::LogView& record, std::string_view key) {
    for (const auto& [name, value] : record.attributes)
        if (name == key) return value;
    return {};
}

// The lowest severity number of each range in OpenTelemetry's log data model.
int least_severity(const std::string& name) {
    if (name == "fatal") return 21;
    if (name == "error") return 17;
    if (name == "warn") return 13;
    return name == "info" ? 9 : 0;
}

}  // namespace

std::string_view writer_of(const model::LogView& record) {
    for (const std::string_view key : kWho)
        if (const auto value = attribute(record, key); !value.empty()) return value;
    return {};
}

std::string_view field_of(const model::LogView& record, std::string_view key) {
    if (key == "who" || key == "service") return writer_of(record);
    if (key == "severity") return record.severity_text;
    if (key == "traceId") return record.trace_id;
    if (key == "body") return record.body;
    return attribute(record, key);
}

bool LogQuery::fits(const model::LogView& record) const {
    if (record.time < slice.start || record.time > slice.end) return false;
    if (record.severity < severity) return false;
    if (!service.empty() && writer_of(record) != service &&
        attribute(record, "k8s.pod.name") != service)
        return false;
    if (!trace.empty() && record.trace_id != trace) return false;
    for (const auto& [key, value] : where)
        if (field_of(record, key) != value) return false;
    if (!in_all(contains, record.body)) return false;
    return without.empty() || !without.in(record.body);
}

base::Result<LogQuery> read_log_query(const Json& arguments, const model::Window& window) {
    LogQuery query;
    const auto slice = slice_argument(arguments, window);
    if (!slice) return base::fail(slice.error());
    query.slice = *slice;
    auto contains = patterns_of(arguments);
    if (!contains) return base::fail(contains.error());
    query.contains = std::move(*contains);
    auto without = Pattern::make(base::text_at(arguments, "without"));
    if (!without) return base::fail(without.error());
    query.without = std::move(*without);
    query.service = base::text_at(arguments, "service");
    query.trace = base::text_at(arguments, "traceId");
    query.group_by = base::text_at(arguments, "groupBy");
    query.group_by_minute = query.group_by == "minute";
    query.show = base::text_at(arguments, "show", "head");
    query.severity = least_severity(base::text_at(arguments, "severity"));
    query.limit = static_cast<std::size_t>(base::integer_at(arguments, "limit", 20));
    query.where = where_argument(arguments);
    return query;
}

base::Json log_properties() {
    return with_slice(
        {{"service", text_property("Service, pod or host that wrote the lines.")},
         {"contains", text_property("RE2 over the line.")},
         {"without", text_property("RE2 that it must not match.")},
         {"severity", choice_property("At least so severe.", {"info", "warn", "error", "fatal"})},
         {"traceId", text_property("Of this trace.")},
         {"where", {{"type", "object"}, {"description", "Attribute to exact value."}}},
         {"groupBy", text_property("minute, service, severity or an attribute.")},
         {"show", choice_property("Which lines.", {"head", "tail"})},
         {"limit", count_property("0: counts and templates only.", 0, 200)}});
}

}  // namespace insight::agent::reasoning
