#include "agent/otlp/import.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace insight::otlp {
namespace {

using base::ErrorKind;
using model::Nanos;

// SpanKind of opentelemetry-proto by its number; `unset`, `ok`, `error` below are its StatusCode
constexpr std::array<const char*, 6> kKinds{"unspecified", "internal", "server",
                                            "client",      "producer", "consumer"};
constexpr Nanos kLead = 5 * base::kMinute;  // trouble begins before its alert
constexpr Nanos kUsual = 10 * base::kMinute;

model::Labels resource_of(const Json& item) {
    model::Labels labels;
    add_attributes(base::array_at(base::object_at(item, "resource"), "attributes"), labels);
    return labels;
}

std::string kind_of(const Json& span) {
    const std::string kind = enum_text(span, "kind", "SPAN_KIND_");
    if (kind.size() == 1 && kind[0] >= '0' && kind[0] <= '5')
        return kKinds.at(static_cast<std::size_t>(kind[0] - '0'));
    return std::find(kKinds.begin(), kKinds.end(), kind) == kKinds.end() ? "unspecified" : kind;
}

std::string status_of(const Json& status) {
    const std::string code = enum_text(status, "code", "STATUS_CODE_");
    if (code == "1" || code == "ok") return "ok";
    return code == "2" || code == "error" ? "error" : "unset";
}

bool blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

void widen(model::Interval& into, Nanos time) {
    if (time <= 0) return;
    if (into.start == 0 || time < into.start) into.start = time;
    into.end = std::max(into.end, time);
}

model::CoverageRow row_of(const std::string& source, std::size_t count, model::Interval extent) {
    model::CoverageRow row;
    row.source = source;
    row.asked = true;
    row.outcome = count == 0 ? model::Outcome::Empty : model::Outcome::Answered;
    row.count = static_cast<std::int64_t>(count);
    if (extent.end > 0) row.intervals = {extent};
    row.note = "imported from OTLP files";
    return row;
}

model::Interval extent_of(const std::vector<model::Series>& metrics) {
    model::Interval out;
    for (const model::Series& series : metrics)
        if (!series.points.empty()) {
            widen(out, series.points.front().time);
            widen(out, series.points.back().time);
        }
    return out;
}

model::Interval extent_of(const std::vector<model::LogRecord>& logs) {
    model::Interval out;
    for (const model::LogRecord& record : logs) widen(out, record.time);
    return out;
}

model::Interval extent_of(const std::vector<model::Span>& spans) {
    model::Interval out;
    for (const model::Span& span : spans) {
        widen(out, span.start);
        widen(out, span.end);
    }
    return out;
}

}  // namespace

base::Status Import::add(const std::string& name, std::string_view text) {
    const auto parse = [&](std::string_view piece, const std::string& where) {
        return base::parse_json(piece, where, {.bytes = limits_.document_bytes, .depth = 64});
    };
    // A document over several lines, or one a line: the first line tells.
    // A file exporter writes a request a line, people save pretty-printed bodies. A first line that
    // is no document by itself decides for the second, unless the rest is none either: then a line
    // of the file is broken, and saying which helps more.
    const std::string_view first = text.substr(0, text.find('\n'));
    if (first.size() < text.size() && !parse(first, name)) {
        const auto whole = parse(text, name);
        if (whole) {
            request(*whole);
            return {};
        }
        // A line of brackets alone is the beginning of a pretty-printed document.
        if (blank(first) || first.find_first_not_of(" \t\r{[") == std::string_view::npos)
            return base::fail(whole.error());
    }
    for (std::int64_t line = 1; !text.empty(); ++line) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view piece = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (blank(piece)) continue;
        const auto value = parse(piece, fmt::format("{} line {}", name, line));
        if (!value) return base::fail(value.error());
        request(*value);
    }
    return {};
}

void Import::request(const Json& value) {
    bool known = false;
    for (const Json& item : base::array_at(value, "resourceLogs")) logs(item), known = true;
    for (const Json& item : base::array_at(value, "resourceSpans")) spans(item), known = true;
    for (const Json& item : base::array_at(value, "resourceMetrics")) metrics(item), known = true;
    if (!known) ++left_out_["documents without resourceLogs, resourceSpans or resourceMetrics"];
}

void Import::logs(const Json& resource_logs) {
    const model::Labels resource = resource_of(resource_logs);
    for (const Json& scope : base::array_at(resource_logs, "scopeLogs"))
        for (const Json& item : base::array_at(scope, "logRecords")) {
            model::LogRecord record;
            record.time = integer_at(item, "timeUnixNano");
            // timeUnixNano 0 means "unknown" (logs.proto); the time at which a collector saw it is
            // near enough.
            if (record.time == 0) record.time = integer_at(item, "observedTimeUnixNano");
            if (record.time <= 0) {
                ++left_out_["log records without a time"];
                continue;
            }
            if (signals_.logs.size() >= limits_.records) {
                ++left_out_["log records beyond the limit"];
                continue;
            }
            record.severity = static_cast<int>(
                // 1 TRACE to 24 FATAL4; 0: not said.
                std::clamp<std::int64_t>(integer_at(item, "severityNumber"), 0, 24));
            record.severity_text = base::clean_utf8(base::text_at(item, "severityText"));
            record.body = text_of(base::object_at(item, "body"));
            record.trace_id = id_at(item, "traceId", 16);
            record.span_id = id_at(item, "spanId", 8);
            // The resource first, so that what the record says of itself wins.
            record.attributes = resource;
            add_attributes(base::array_at(item, "attributes"), record.attributes);
            signals_.logs.push_back(std::move(record));
        }
}

void Import::spans(const Json& resource_spans) {
    const model::Labels resource = resource_of(resource_spans);
    for (const Json& scope : base::array_at(resource_spans, "scopeSpans"))
        for (const Json& item : base::array_at(scope, "spans")) {
            model::Span span;
            span.trace_id = id_at(item, "traceId", 16);
            span.span_id = id_at(item, "spanId", 8);
            span.start = integer_at(item, "startTimeUnixNano");
            span.end = integer_at(item, "endTimeUnixNano");
            if (span.trace_id.empty() || span.span_id.empty() || span.start <= 0 ||
                span.end < span.start) {
                ++left_out_["spans without ids or times"];
                continue;
            }
            if (signals_.spans.size() >= limits_.records) {
                ++left_out_["spans beyond the limit"];
                continue;
            }
            span.parent_span_id = id_at(item, "parentSpanId", 8);
            span.name = base::clean_utf8(base::text_at(item, "name"));
            span.kind = kind_of(item);
            const Json& status = base::object_at(item, "status");
            span.status = status_of(status);
            span.status_message = base::clean_utf8(base::text_at(status, "message"));
            span.attributes = resource;
            add_attributes(base::array_at(item, "attributes"), span.attributes);
            // counted even when 0: finish() drops empty counts
            left_out_["span events"] += base::array_at(item, "events").size();
            left_out_["span links"] += base::array_at(item, "links").size();
            signals_.spans.push_back(std::move(span));
        }
}

void Import::metrics(const Json& resource_metrics) {
    const model::Labels resource = resource_of(resource_metrics);
    for (const Json& scope : base::array_at(resource_metrics, "scopeMetrics"))
        for (const Json& metric : base::array_at(scope, "metrics")) {
            if (series_.full())
                ++left_out_["metrics beyond the limit of points"];
            else if (!metric.is_object() || !series_.add(metric, resource))
                ++left_out_["metrics without a name or of an unknown kind"];
        }
}

model::Signals Import::finish() {
    left_out_["buckets of exponential histograms"] += series_.without_buckets();
    left_out_["points beyond the limit"] += series_.beyond();
    signals_.metrics = series_.finish();
    std::erase_if(left_out_, [](const auto& item) { return item.second == 0; });
    std::stable_sort(signals_.logs.begin(), signals_.logs.end(),
                     [](const auto& a, const auto& b) { return a.time < b.time; });
    std::stable_sort(signals_.spans.begin(), signals_.spans.end(),
                     [](const auto& a, const auto& b) { return a.start < b.start; });
    signals_.coverage = {
        row_of("logs/otlp", signals_.logs.size(), extent_of(signals_.logs)),
        row_of("metrics/otlp", signals_.metrics.size(), extent_of(signals_.metrics)),
        row_of("spans/otlp", signals_.spans.size(), extent_of(signals_.spans))};
    return std::move(signals_);
}

base::Result<std::string> place_window(model::Incident& incident, model::Interval recorded,
                                       Nanos start, Nanos end) {
    std::string how = "as asked for";
    if (end == 0) end = recorded.end;
    if (start == 0 && !incident.alerts.empty()) {
        start = incident.alerts.front().starts_at - kLead;
        how = "from five minutes before the alert";
    } else if (start == 0) {
        start = end - kUsual;
        how = "the last ten minutes of what was recorded, since no alert and no start were given";
    }
    start = std::max(start, std::min(recorded.start, end - 1));
    if (recorded.end == 0 || start >= end || start > recorded.end || end < recorded.start)
        return base::fail(
            ErrorKind::Invalid,
            fmt::format("nothing was recorded between {} and {} (the files hold {} to {}): give "
                        "--start and --end inside of that",
                        base::format_rfc3339(start), base::format_rfc3339(end),
                        base::format_rfc3339(recorded.start), base::format_rfc3339(recorded.end)));
    // All that lies before it is the baseline, however long: whoever recorded it chose what to
    // keep.
    incident.window = {start, end, std::min(recorded.start, start), start};
    std::string text = fmt::format("The incident is {} to {}: {}. ", base::format_rfc3339(start),
                                   base::format_rfc3339(end), how);
    const Nanos baseline = incident.window.baseline_end - incident.window.baseline_start;
    if (baseline == 0)
        return text + "Nothing lies before it, so there is no baseline to compare with.";
    return text +
           fmt::format("The {} before it are the baseline.", base::format_duration(baseline));
}

model::Interval extent(const model::Signals& signals) {
    model::Interval out;
    for (const model::Interval& part :
         {extent_of(signals.logs), extent_of(signals.metrics), extent_of(signals.spans)}) {
        widen(out, part.start);
        widen(out, part.end);
    }
    return out;
}

}  // namespace insight::otlp
