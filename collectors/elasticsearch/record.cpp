#include "collectors/elasticsearch/record.h"

#include <array>
#include <set>

#include "collectors/coverage.h"
#include "collectors/kubernetes/log_line.h"
#include "core/base/redaction/entrance.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

constexpr std::size_t kMostBody = 4096;
constexpr std::size_t kMostStack = 1500;
constexpr std::size_t kMostAttribute = 200;

// What a document calls it, and what it is called here; the first one found counts.
struct Renamed {
    const char* from;
    const char* to;
};
constexpr std::array kRenamedFields{
    Renamed{"kubernetes.namespace", "k8s.namespace.name"},
    Renamed{"kubernetes.namespace_name", "k8s.namespace.name"},
    Renamed{"resource.attributes.k8s.namespace.name", "k8s.namespace.name"},
    Renamed{"kubernetes.pod.name", "k8s.pod.name"},
    Renamed{"kubernetes.pod_name", "k8s.pod.name"},
    Renamed{"resource.attributes.k8s.pod.name", "k8s.pod.name"},
    Renamed{"kubernetes.container.name", "k8s.container.name"},
    Renamed{"kubernetes.container_name", "k8s.container.name"},
    Renamed{"resource.attributes.k8s.container.name", "k8s.container.name"},
    Renamed{"kubernetes.node.name", "k8s.node.name"},
    Renamed{"kubernetes.host", "k8s.node.name"},
    Renamed{"resource.attributes.k8s.node.name", "k8s.node.name"},
    Renamed{"host.name", "host.name"},
    Renamed{"hostname", "host.name"},
    Renamed{"resource.attributes.host.name", "host.name"},
    Renamed{"service.version", "service.version"},
    Renamed{"resource.attributes.service.version", "service.version"},
    Renamed{"service.environment", "deployment.environment.name"},
    Renamed{"error.type", "exception.type"},
    Renamed{"exception.type", "exception.type"},
    Renamed{"attributes.exception.type", "exception.type"},
    Renamed{"http.request.method", "http.request.method"},
    Renamed{"http.response.status_code", "http.response.status_code"},
    Renamed{"url.path", "url.path"},
    Renamed{"log.logger", "log.logger"},
    Renamed{"logger_name", "log.logger"},
};
constexpr std::array kTraces{"trace.id", "trace_id", "traceId"};
constexpr std::array kSpans{"span.id", "span_id", "spanId"};
constexpr std::array kErrors{"error.message", "exception.message", "attributes.exception.message"};
constexpr std::array kStacks{"error.stack_trace", "exception.stacktrace", "stack_trace",
                             "attributes.exception.stacktrace"};

std::string text_of(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer() || value.is_boolean()) return base::dump_json(value);
    // multi-valued: the first one
    if (value.is_array() && !value.empty()) return text_of(value.front());
    return {};
}

template <typename Names>
std::string first_text(const Json& document, const Names& names) {
    for (const char* name : names)
        if (std::string text = text_of(value_at(document, name)); !text.empty()) return text;
    return {};
}

// From `fields`: in the document itself the date stands in whatever format its shipper writes, here
// in the one that was asked for.
std::optional<base::Nanos> time_of(const Json& hit, const std::string& field) {
    const Json& values = base::array_at(base::object_at(hit, "fields"), field);
    if (values.empty() || !values.front().is_string()) return std::nullopt;
    const auto time = base::parse_rfc3339(values.front().get_ref<const std::string&>());
    if (!time) return std::nullopt;
    return *time;
}

std::string safe(const std::string& text, std::size_t bytes) {
    const std::string head = base::clean_utf8(std::string_view(text).substr(0, bytes * 2));
    return base::shorten(base::veiled(head), bytes);
}

}  // namespace

Json source_fields(const Dialect& dialect) {
    std::set<std::string> names{dialect.message};
    if (!dialect.severity.field.empty()) names.insert(source_name(dialect.severity.field));
    if (!dialect.service.empty()) names.insert(source_name(dialect.service));
    for (const auto& one : kRenamedFields) names.insert(one.from);
    for (const char* name : kTraces) names.insert(name);
    for (const char* name : kSpans) names.insert(name);
    for (const char* name : kErrors) names.insert(name);
    for (const char* name : kStacks) names.insert(name);
    return names;
}

std::optional<model::LogRecord> record_of(const Json& hit, const Dialect& dialect) {
    const Json& document = base::object_at(hit, "_source");
    const auto time = time_of(hit, dialect.time);
    if (!time) return std::nullopt;
    model::LogRecord out;
    out.time = *time;
    // a line that the shipper did not take apart still tells its own level, message and trace
    kubernetes::read_line(text_of(value_at(document, dialect.message)), out);
    out.body = base::clean_utf8(out.body);
    if (const Json& level = value_at(document, source_name(dialect.severity.field));
        !level.is_null()) {
        // A field of its own is surer than what the line looks like.
        const int number = severity_number(dialect.severity.kind, level);
        if (number != 0) out.severity = number;
        out.severity_text = base::shorten(base::clean_utf8(text_of(level)), 20);
    }
    if (const std::string error = safe(first_text(document, kErrors), 500);
        !error.empty() && out.body.find(error) == std::string::npos)
        out.body += (out.body.empty() ? "" : ": ") + error;
    if (const std::string stack = safe(first_text(document, kStacks), kMostStack); !stack.empty())
        out.body += "\n" + stack;
    out.body = base::shorten(out.body, kMostBody);
    if (std::string id = first_text(document, kTraces); !id.empty())
        out.trace_id = base::shorten(base::clean_utf8(id), 64);
    if (std::string id = first_text(document, kSpans); !id.empty())
        out.span_id = base::shorten(base::clean_utf8(id), 64);
    if (!dialect.service.empty())
        if (const std::string service =
                shown(text_of(value_at(document, source_name(dialect.service))), kMostAttribute);
            !service.empty())
            out.attributes["service.name"] = service;
    for (const auto& [from, to] : kRenamedFields) {
        if (out.attributes.contains(to)) continue;
        if (const std::string value = shown(text_of(value_at(document, from)), kMostAttribute);
            !value.empty())
            out.attributes[to] = value;
    }
    return out;
}

}  // namespace insight::collectors::elasticsearch
