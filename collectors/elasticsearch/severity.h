// How severe a log line is, in whatever spelling its index keeps it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::elasticsearch {

// OtelNumber: 1–24 of OpenTelemetry; Syslog: 0–7, low is bad; Pino: 10–60. Words may be a
// keyword (its values can be counted) or text (they can only be searched for).
enum class SeverityKind { None, Keyword, Text, OtelNumber, Syslog, Pino };

// OpenTelemetry severity number of one value; 0: not known.
int severity_number(SeverityKind kind, const base::Json& value);

enum class Class { Other, Warning, Error };  // Error takes in fatal

Class class_of(int severity_number);
std::string_view name(Class one);

// The field that says it, and the values of it that were found to be errors or warnings.
struct Severity {
    std::string field;  // empty for None
    SeverityKind kind = SeverityKind::None;
    std::vector<base::Json> errors;
    std::vector<base::Json> warnings;

    // Remembers a value for the filters below, when it is an error or a warning.
    void learn(const base::Json& value);

    // A query that matches lines of at least this class (Warning or Error). Without a field the
    // words of `message` have to tell; null when nothing can.
    [[nodiscard]] base::Json at_least(Class least, const std::string& message) const;
};

}  // namespace insight::collectors::elasticsearch
