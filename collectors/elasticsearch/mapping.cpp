#include "collectors/elasticsearch/mapping.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;
using Names = std::vector<std::string>;

constexpr std::size_t kMostIndices = 20'000;
constexpr std::size_t kMostAttributes = 8;

// In the order of preference. https://www.elastic.co/docs/reference/ecs/ecs-field-reference,
// https://opentelemetry.io/docs/specs/otel/logs/data-model/, and the defaults of shippers.
constexpr std::array kTimes{"@timestamp", "timestamp", "time", "observedTimestamp", "datetime"};
constexpr std::array kMessages{"message", "body.text",      "body",        "log",
                               "msg",     "event.original", "log.message", "event.message"};
constexpr std::array kWords{"log.level", "severity_text", "severityText", "severity.text", "level",
                            "severity",  "levelname",     "loglevel",     "log_level",     "lvl"};
constexpr std::array kOtelNumbers{"severity_number", "severityNumber", "severity.number"};
constexpr std::array kSyslogNumbers{"log.syslog.severity.code", "syslog.severity", "severity"};
constexpr std::array kServiceFields{"service.name",
                                    "resource.attributes.service.name",
                                    "resource.service.name",
                                    "serviceName",
                                    "service_name",
                                    "service",
                                    "kubernetes.labels.app_kubernetes_io/name",
                                    "kubernetes.labels.app",
                                    "kubernetes.deployment.name",
                                    "kubernetes.container.name",
                                    "kubernetes.container_name",
                                    "resource.attributes.k8s.container.name",
                                    "container.name",
                                    "container_name",
                                    "app",
                                    "application",
                                    "app_name",
                                    "process.name"};
constexpr std::array kAttributeFields{"kubernetes.pod.name",
                                      "kubernetes.pod_name",
                                      "resource.attributes.k8s.pod.name",
                                      "host.name",
                                      "hostname",
                                      "kubernetes.node.name",
                                      "kubernetes.host",
                                      "resource.attributes.host.name",
                                      "service.version",
                                      "resource.attributes.service.version",
                                      "version",
                                      "error.type",
                                      "exception.type",
                                      "attributes.exception.type",
                                      "log.logger",
                                      "logger_name",
                                      "logger",
                                      "http.response.status_code",
                                      "url.path",
                                      "cloud.availability_zone"};

bool is_word(std::string_view type) {
    return type == "keyword" || type == "constant_keyword" || type == "wildcard" ||
           type == "version" || type == "flat_object" || type == "flattened";
}
bool is_text(std::string_view type) {
    return type == "text" || type == "match_only_text" || type == "annotated_text" ||
           type == "pattern_text";
}
bool is_date(std::string_view type) {
    return type == "date" || type == "date_nanos";
}
bool is_number(std::string_view type) {
    return type == "long" || type == "integer" || type == "short" || type == "byte" ||
           type == "unsigned_long";
}

// Field → concrete type, for one index.
using Types = std::map<std::string, std::string>;

std::string type_of(const Types& types, const std::string& field) {
    const auto it = types.find(field);
    return it == types.end() ? std::string() : it->second;
}

// The field itself, or its keyword twin; empty when it cannot be counted by.
std::string countable(const Types& types, const std::string& field) {
    if (is_word(type_of(types, field))) return field;
    if (is_word(type_of(types, field + ".keyword"))) return field + ".keyword";
    return {};
}

// OpenTelemetry's numbers need no guess. Words come before syslog's numbers, because a field called
// `severity` is either; numbers called `level` are a library's own scale and the last resort.
void choose_severity(const Types& types, Severity& into) {
    for (const char* field : kOtelNumbers)
        if (is_number(type_of(types, field))) {
            into.field = field;
            into.kind = SeverityKind::OtelNumber;
            return;
        }
    for (const char* field : kWords) {
        if (std::string found = countable(types, field); !found.empty()) {
            into.field = std::move(found);
            into.kind = SeverityKind::Keyword;
            return;
        }
        if (is_text(type_of(types, field))) {
            into.field = field;
            into.kind = SeverityKind::Text;
            return;
        }
    }
    for (const char* field : kSyslogNumbers)
        if (is_number(type_of(types, field))) {
            into.field = field;
            into.kind = SeverityKind::Syslog;
            return;
        }
    if (is_number(type_of(types, "level"))) {
        into.field = "level";
        into.kind = SeverityKind::Pino;
    }
}

// False: no index of logs.
bool read_types(const Types& types, Dialect& into) {
    for (const char* field : kTimes)
        if (into.time.empty() && is_date(type_of(types, field))) into.time = field;
    for (const char* field : kMessages) {
        const std::string type = type_of(types, field);
        if (!into.message.empty() || !(is_text(type) || is_word(type))) continue;
        into.message = field;
        into.message_searchable = is_text(type);
    }
    // metrics and business data have dates as well: what people wrote makes it a log
    if (into.time.empty() || into.message.empty()) return false;
    choose_severity(types, into.severity);
    for (const char* field : kServiceFields)
        if (into.service.empty()) into.service = countable(types, field);
    return true;
}

const Json kNothing;

}  // namespace

std::vector<std::string> time_fields() {
    return {kTimes.begin(), kTimes.end()};
}

std::string wanted_fields() {
    std::set<std::string> names;
    const auto add = [&](const auto& list, bool twin) {
        for (const char* name : list) {
            names.insert(name);
            if (twin) names.insert(std::string(name) + ".keyword");
        }
    };
    add(kTimes, false);
    add(kMessages, false);
    add(kWords, true);
    add(kOtelNumbers, false);
    add(kSyslogNumbers, false);
    add(kServiceFields, true);
    add(kAttributeFields, true);
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ",") + name;
    return out;
}

std::vector<Dialect> dialects(const Json& field_caps, std::size_t& others) {
    others = 0;
    std::map<std::string, Types> by_index;
    for (const Json& index : base::array_at(field_caps, "indices")) {
        if (!index.is_string() || by_index.size() >= kMostIndices) continue;
        const std::string& name = index.get_ref<const std::string&>();
        // the products' own indices; those of data streams begin with a dot, too
        if (name.starts_with('.') && !name.starts_with(".ds-")) continue;
        by_index.try_emplace(name);
    }
    for (const auto& [field, types] : base::object_at(field_caps, "fields").items())
        for (const auto& [type, caps] : types.items()) {
            // containers of other fields, or no field at all
            if (type == "unmapped" || type == "object" || type == "nested") continue;
            const Json& list = base::array_at(caps, "indices");
            // no list: it is so in all of them
            if (list.empty())
                for (auto& [index, known] : by_index) known[field] = type;
            for (const Json& index : list)
                if (index.is_string())
                    if (const auto it = by_index.find(index.get_ref<const std::string&>());
                        it != by_index.end())
                        it->second[field] = type;
        }
    // Attributes do not part dialects: their names vary most and are only counted by.
    std::map<std::tuple<std::string, std::string, std::string, int, std::string>, Dialect> found;
    for (const auto& [index, types] : by_index) {
        Dialect one;
        if (!read_types(types, one)) {
            ++others;
            continue;
        }
        Dialect& into = found
                            .try_emplace({one.time, one.message, one.severity.field,
                                          static_cast<int>(one.severity.kind), one.service},
                                         one)
                            .first->second;
        into.message_searchable = into.message_searchable && one.message_searchable;
        into.indices.push_back(index);
        for (const char* name : kAttributeFields)
            if (std::string field = countable(types, name);
                !field.empty() && into.attributes.size() < kMostAttributes &&
                std::find(into.attributes.begin(), into.attributes.end(), field) ==
                    into.attributes.end())
                into.attributes.push_back(std::move(field));
    }
    std::vector<Dialect> out;
    for (auto& [key, dialect] : found) out.push_back(std::move(dialect));
    std::stable_sort(out.begin(), out.end(), [](const Dialect& a, const Dialect& b) {
        return a.indices.size() > b.indices.size();
    });
    return out;
}

const Json& value_at(const Json& document, std::string_view name) {
    if (!document.is_object()) return kNothing;
    if (const auto it = document.find(name); it != document.end()) return *it;
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos;
         dot = name.find('.', dot + 1)) {
        const auto it = document.find(name.substr(0, dot));
        if (it == document.end()) continue;
        const Json& found = value_at(*it, name.substr(dot + 1));
        if (!found.is_null()) return found;
    }
    return kNothing;
}

std::string source_name(const std::string& field) {
    constexpr std::string_view kTwin = ".keyword";
    return field.ends_with(kTwin) ? field.substr(0, field.size() - kTwin.size()) : field;
}

}  // namespace insight::collectors::elasticsearch
