// How commands speak: results on standard output, one-sentence errors on standard error.
#pragma once

#include <string>
#include <string_view>

#include "agent/cli/options.h"
#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::cli {

// "error: …" on standard error; gives back the exit code for the kind of error.
Exit complain(const base::Error& error);

// A line on standard error while a person waits; nothing when nobody watches.
void progress(const std::string& line);

// The report in the wanted format, to `file` where one is named, else to standard output.
Exit print_report(const base::Json& report, Format format, const std::string& file);

// A text of any kind, the same way.
Exit print_or_write(const std::string& text, const std::string& file);

// info 1, warning 2, critical 3; anything else 0: what --fail-on compares.
int severity_rank(std::string_view severity);

// To standard output, with a newline at the end.
void print(const std::string& text);

}  // namespace insight::cli
