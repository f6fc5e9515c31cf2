#include "collectors/kubernetes/log_line.h"

#include <array>

#include "collectors/coverage.h"
#include "core/base/json.h"
#include "core/base/redaction/entrance.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;

constexpr std::size_t kMostBody = 4096;
// Levels stand at the begin of a line; further on "ERROR" is more likely a word of the message.
constexpr std::size_t kLookedAt = 160;

struct Level {
    std::string_view word;
    int severity;
};

// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
constexpr std::array kLevels{
    Level{"trace", 1},   Level{"debug", 5},   Level{"info", 9},     Level{"information", 9},
    Level{"notice", 10}, Level{"warn", 13},   Level{"warning", 13}, Level{"err", 17},
    Level{"error", 17},  Level{"severe", 17}, Level{"crit", 21},    Level{"critical", 21},
    Level{"fatal", 21},  Level{"panic", 21},  Level{"emerg", 21},   Level{"alert", 21}};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string first_text(const Json& object, std::initializer_list<const char*> keys) {
    for (const char* key : keys)
        if (std::string value = base::text_at(object, key); !value.empty()) return value;
    return {};
}

bool read_json(std::string_view line, model::LogRecord& into) {
    if (line.empty() || line.front() != '{' || line.back() != '}') return false;
    const auto value = base::parse_json(line, "a log line", {64U << 10, 16});
    if (!value || !value->is_object()) return false;
    const std::string body = first_text(*value, {"message", "msg", "log", "event", "body"});
    into.severity_text = first_text(*value, {"level", "severity", "lvl", "log.level", "levelname"});
    into.severity = severity_of(into.severity_text);
    // pino and bunyan: 10 trace … 60 fatal
    if (const auto number = base::integer_at(*value, "level"); number >= 10 && number <= 60)
        into.severity = static_cast<int>(number / 10 * 4 - 3);
    into.trace_id = first_text(*value, {"trace_id", "traceId", "traceID", "trace.id"});
    into.span_id = first_text(*value, {"span_id", "spanId", "spanID", "span.id"});
    const std::string error = first_text(*value, {"error", "err", "exception", "error.message"});
    into.body = body.empty() ? std::string(line) : body;
    if (!body.empty() && !error.empty() && body.find(error) == std::string::npos)
        into.body += ": " + error;
    return true;
}

// "level=error" of logfmt, "E1120 21:31:47.1" of klog, else the first level among the first words.
void find_level(std::string_view line, model::LogRecord& into) {
    const std::string_view head = line.substr(0, kLookedAt);
    if (head.size() > 6 && head[5] == ' ' &&
        std::string_view("IWEF").find(head[0]) != std::string_view::npos &&
        head.substr(1, 4).find_first_not_of("0123456789") == std::string_view::npos) {
        into.severity = head[0] == 'I' ? 9 : head[0] == 'W' ? 13 : head[0] == 'E' ? 17 : 21;
        into.severity_text = std::string(1, head[0]);
        return;
    }
    if (const std::size_t at = line.substr(0, 2000).find("level="); at != std::string_view::npos) {
        std::string_view word = line.substr(at + 6, 16);
        if (!word.empty() && word.front() == '"') word.remove_prefix(1);
        std::size_t end = 0;
        while (end < word.size() && is_letter(word[end])) ++end;
        if (const int severity = severity_of(word.substr(0, end)); severity != 0) {
            into.severity = severity;
            into.severity_text = std::string(word.substr(0, end));
            return;
        }
    }
    for (std::size_t i = 0; i < head.size();) {
        if (!is_letter(head[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < head.size() && is_letter(head[end])) ++end;
        const std::string_view word = head.substr(i, end - i);
        // In plain prose "error" or "info" is a word; a level is written large, or stands in
        // brackets or before a colon.
        const bool upper =
            word.find_first_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
        const bool framed =
            (i > 0 && head[i - 1] == '[') || (end < head.size() && head[end] == ':');
        if (upper || framed)
            if (const int severity = severity_of(word); severity != 0) {
                into.severity = severity;
                into.severity_text = std::string(word);
                return;
            }
        i = end;
    }
    // uncaught: Python, the JVM, Go
    if (line.starts_with("Traceback (") || line.starts_with("Exception in thread") ||
        line.starts_with("Caused by: "))
        into.severity = 17;
}

}  // namespace

int severity_of(std::string_view word) {
    std::string lower(word.substr(0, 16));
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    for (const Level& level : kLevels)
        if (level.word == lower) return level.severity;
    return 0;
}

void read_line(std::string_view line, model::LogRecord& into) {
    if (!read_json(line, into)) {
        into.body = std::string(line.substr(0, kMostBody * 2));
        find_level(line, into);
    }
    into.body = base::shorten(base::veiled(into.body), kMostBody);
    into.severity_text = base::shorten(base::clean_utf8(into.severity_text), 20);
    into.trace_id = base::shorten(base::clean_utf8(into.trace_id), 64);
    into.span_id = base::shorten(base::clean_utf8(into.span_id), 64);
}

}  // namespace insight::collectors::kubernetes
