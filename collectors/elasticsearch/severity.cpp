#include "collectors/elasticsearch/severity.h"

#include <algorithm>
#include <charconv>

#include "collectors/kubernetes/log_line.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

constexpr std::size_t kMostValues = 40;

// What is searched for where values cannot be counted.
// The last two are no levels: where a line has none, its text has to tell.
constexpr const char* kErrorWords =
    "error err fatal critical crit panic severe alert emerg emergency exception traceback";
constexpr const char* kErrorLevels = "error err fatal critical crit panic severe alert emerg";
constexpr const char* kWarningLevels =
    "error err fatal critical crit panic severe alert emerg warn warning";

std::int64_t number_in(const Json& value) {
    if (value.is_number()) return static_cast<std::int64_t>(value.get<double>());
    std::int64_t out = -1;
    if (value.is_string()) {
        const std::string& text = value.get_ref<const std::string&>();
        std::from_chars(text.data(), text.data() + text.size(), out);
    }
    return out;
}

Json range(const std::string& field, const char* relation, int limit) {
    return {{"range", {{field, {{relation, limit}}}}}};
}

}  // namespace

int severity_number(SeverityKind kind, const Json& value) {
    const std::int64_t number = number_in(value);
    switch (kind) {
        case SeverityKind::OtelNumber:
            return number >= 1 && number <= 24 ? static_cast<int>(number) : 0;
        case SeverityKind::Syslog: {
            static constexpr int kSyslog[] = {21, 21, 21, 17, 13, 10, 9, 5};  // RFC 5424, 6.2.1
            return number >= 0 && number <= 7 ? kSyslog[number] : 0;
        }
        case SeverityKind::Pino:
            // trace 10, debug 20, … fatal 60 are 1, 5, … 21 of OpenTelemetry
            return number >= 10 && number <= 60 ? static_cast<int>(number / 10 * 4 - 3) : 0;
        default:
            return value.is_string() ? kubernetes::severity_of(value.get_ref<const std::string&>())
                                     : 0;
    }
}

Class class_of(int number) {
    // OpenTelemetry, logs data model: 13 to 16 are WARN, 17 to 20 ERROR, 21 to 24 FATAL
    if (number >= 17) return Class::Error;
    return number >= 13 ? Class::Warning : Class::Other;
}

std::string_view name(Class one) {
    switch (one) {
        case Class::Error:
            return "error";
        case Class::Warning:
            return "warning";
        default:
            return "other";
    }
}

void Severity::learn(const Json& value) {
    const Class one = class_of(severity_number(kind, value));
    if (one == Class::Other) return;
    auto& into = one == Class::Error ? errors : warnings;
    if (into.size() < kMostValues && std::find(into.begin(), into.end(), value) == into.end())
        into.push_back(value);
}

Json Severity::at_least(Class least, const std::string& message) const {
    switch (kind) {
        case SeverityKind::Keyword: {
            Json values = errors;
            if (least == Class::Warning)
                for (const Json& one : warnings) values.push_back(one);
            // Nothing was learnt: the spelling of most.
            if (values.empty()) values.push_back("error");
            return {{"terms", {{field, std::move(values)}}}};
        }
        case SeverityKind::Text:
            return {{"match", {{field, least == Class::Error ? kErrorLevels : kWarningLevels}}}};
        case SeverityKind::OtelNumber:
            return range(field, "gte", least == Class::Error ? 17 : 13);
        case SeverityKind::Syslog:
            return range(field, "lte", least == Class::Error ? 3 : 4);
        case SeverityKind::Pino:
            return range(field, "gte", least == Class::Error ? 50 : 40);
        default:
            if (message.empty()) return nullptr;
            return {{"match", {{message, kErrorWords}}}};
    }
}

}  // namespace insight::collectors::elasticsearch
