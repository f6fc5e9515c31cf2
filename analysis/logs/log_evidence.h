// Log lines as evidence and in sentences.
#pragma once

#include <string>

#include "analysis/finding.h"
#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

// The beginning of the line's message between back quotes: the text is part of what the evidence
// shows of the same line.
std::string quoted(const Line& line);

// How a line is shown: without control characters. Credentials stay as they were recorded (as
// tokens, where this product did), so that every door gives a value its one token
// (docs/privacy.md).
std::string shown(const Line& line);

// Kind "logs": the lines, then `facts` (counts and times that the statement speaks of) and the
// counts per bucket of `count`.
model::Evidence lines_evidence(const LogSummary& summary, std::string title,
                               const std::vector<Line>& lines, const TemplateCount& count,
                               base::Json facts);

}  // namespace insight::analysis::logs
