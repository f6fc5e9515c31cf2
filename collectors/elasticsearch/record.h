// A hit as a log record: its fields under the names of OpenTelemetry.
#pragma once

#include <optional>

#include "collectors/elasticsearch/mapping.h"
#include "core/model/signals.h"

namespace insight::collectors::elasticsearch {

// What is asked of each document; nothing else leaves the server.
base::Json source_fields(const Dialect& dialect);

// Nothing when it has no time. Secrets in their usual forms are redacted, long texts cut.
std::optional<model::LogRecord> record_of(const base::Json& hit, const Dialect& dialect);

}  // namespace insight::collectors::elasticsearch
