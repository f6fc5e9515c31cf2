// One line of a container as a log record: severity, message and trace out of the usual formats.
#pragma once

#include <string_view>

#include "core/model/signals.h"

namespace insight::collectors::kubernetes {

// Body, severity (OpenTelemetry numbers), trace and span; time and attributes are left alone.
// Formats: one JSON object, logfmt, klog, "LEVEL" words. Secrets in their usual forms are redacted.
void read_line(std::string_view line, model::LogRecord& into);

// 0 for words that are no level
int severity_of(std::string_view word);

}  // namespace insight::collectors::kubernetes
