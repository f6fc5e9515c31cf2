#include "core/store/snapshot_logs.h"

#include "core/base/side_by_side.h"

namespace insight::store {
namespace {

// Fewer than this are looked at sooner than a thread has started.
constexpr std::size_t kWorthAThread = 2 * kLogRun;

void stream_part(std::size_t part, const std::vector<model::LogRecord>& records, LogSink& sink) {
    std::vector<std::pair<std::string_view, std::string_view>> attributes;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (i / kLogRun % kLogParts != part) continue;
        const model::LogRecord& record = records[i];
        attributes.assign(record.attributes.begin(), record.attributes.end());
        sink.take(part, {record.time, record.severity, record.severity_text, record.body,
                         record.trace_id, record.span_id, attributes});
    }
}

}  // namespace

void stream_logs(const model::Incident& incident, const model::Signals& signals, LogSink& sink) {
    const std::vector<model::LogRecord>& records = signals.logs;
    sink.begin(incident, signals.coverage);
    const std::size_t threads = records.size() < kWorthAThread ? 1 : kLogParts;
    base::side_by_side(kLogParts, threads,
                       [&](std::size_t part) { stream_part(part, records, sink); });
}

}  // namespace insight::store
