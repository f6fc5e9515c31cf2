#include "core/store/snapshot_logs.h"

#include <thread>

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
    if (records.size() < kWorthAThread) {
        for (std::size_t part = 0; part < kLogParts; ++part) stream_part(part, records, sink);
        return;
    }
    std::vector<std::thread> threads;
    for (std::size_t part = 0; part < kLogParts; ++part)
        threads.emplace_back([&records, &sink, part] { stream_part(part, records, sink); });
    for (std::thread& thread : threads) thread.join();
}

}  // namespace insight::store
