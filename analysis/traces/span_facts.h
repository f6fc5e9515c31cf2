// What one span says about itself, in the words of the OpenTelemetry semantic conventions and of
// the older ones that tracers still write (OpenTracing, SkyWalking, Jaeger).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "analysis/traces/span_forest.h"

namespace insight::analysis::traces {

// Internal where the span does not say.
Role declared_role(const model::Span& span);

// Its status, an "error" tag, an exception, a server's answer of 500 and above, or a gRPC status
// that the specification calls a server error.
bool says_failed(const model::Span& span);

// Web frameworks answer failures in an operation of its own ("ErrorController.error", "/error"):
// the last word of the name is "error", "exception" or "failure".
bool is_failure_handler(std::string_view name);

// The message of a failure, one line, at most 160 bytes; empty when there is none.
std::string failure_message(const model::Span& span);

// A call to something that sends no spans: a database, a queue, an address.
bool is_external_call(const model::Span& span);

// Who is called, as far as the caller's attributes say; nothing where they do not.
std::optional<model::Entity> peer_of(const model::Span& span);

// Empty when unknown.
const std::string& pod_of(const model::Span& span);

}  // namespace insight::analysis::traces
