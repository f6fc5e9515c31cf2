#include "analysis/logs/log_evidence.h"

#include <algorithm>

#include "analysis/logs/line_meaning.h"
#include "core/base/text.h"

namespace insight::analysis::logs {
namespace {

constexpr std::size_t kLongestQuote = 120;

std::string_view name_of(int severity) {
    if (severity <= 0) return "";
    if (severity <= 4) return "TRACE";
    if (severity <= 8) return "DEBUG";
    if (severity <= 12) return "INFO";
    if (severity <= 16) return "WARN";
    return severity <= 20 ? "ERROR" : "FATAL";
}

}  // namespace

std::string shown(const Line& line) {
    return base::clean_utf8(line.body);
}

std::string quoted(const Line& line) {
    const std::string body = shown(line);
    std::string_view message = message_of(body);
    // Back quotes and tabs would not be found again.
    message = message.substr(0, message.find_first_of("`\t\r"));
    while (!message.empty() && message.back() == ' ') message.remove_suffix(1);
    if (message.empty()) return "a line";
    return "`" + base::shorten(message, kLongestQuote) + "`";
}

model::Evidence lines_evidence(const LogSummary& summary, std::string title,
                               const std::vector<Line>& lines, const TemplateCount& count,
                               base::Json facts) {
    model::Evidence evidence;
    evidence.title = std::move(title);
    evidence.source = "logs";
    evidence.range = {summary.window.baseline_start, summary.window.end};
    base::Json shown_lines = base::Json::array();
    for (const Line& line : lines) {
        std::string severity = base::clean_utf8(line.severity_text);
        if (severity.empty()) severity = name_of(line.severity);
        shown_lines.push_back({{"time", base::format_rfc3339(line.time)},
                               {"severity", severity},
                               {"body", shown(line)}});
    }
    base::Json buckets = base::Json::array();
    for (const BucketCount& bucket : count.buckets)
        buckets.push_back({base::to_seconds(summary.start_of(bucket.bucket)), bucket.lines});
    evidence.content = {{"kind", "logs"},
                        {"lines", std::move(shown_lines)},
                        {"facts", std::move(facts)},
                        {"counts", std::move(buckets)},
                        {"countSeconds", base::to_seconds(summary.bucket)}};
    return evidence;
}

}  // namespace insight::analysis::logs
