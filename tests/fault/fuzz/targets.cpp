#include "tests/fault/fuzz/targets.h"

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "agent/otlp/import.h"
#include "agent/pipeline.h"
#include "core/store/snapshot_lines.h"

namespace insight::fuzz {
namespace {

constexpr base::Nanos kStart = 1'790'000'000LL * base::kSecond;

void must(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

// What both readers agree on is compared as text: it says everything.
template <typename Item>
void compare(bool fast_took, const Item& fast, const base::Result<Item>& careful) {
    if (!fast_took) return;
    must(careful.has_value(), "what the fast reader takes, the careful one takes");
    must(base::dump_json(model::to_json(fast)) == base::dump_json(model::to_json(*careful)),
         "both readers mean the same");
}

class Counting final : public store::LogSink {
  public:
    void begin(const model::Incident& /*incident*/,
               const std::vector<model::CoverageRow>& /*coverage*/) override {}
    void take(std::size_t /*part*/, const model::LogView& record) override {
        bytes_ += record.body.size();
    }

  private:
    std::atomic<std::size_t> bytes_{0};
};

store::Snapshot window() {
    store::Snapshot out;
    out.incident.id = "inc-fuzz";
    out.incident.origin = model::Origin::Question;
    out.incident.question = "What is wrong?";
    out.incident.window = {kStart, kStart + 10 * base::kMinute, kStart - 30 * base::kMinute,
                           kStart};
    return out;
}

}  // namespace

void snapshot(std::string_view bytes) {
    const store::SnapshotLimits limits{.file_bytes = 1U << 20,
                                       .total_bytes = 4U << 20,
                                       .streamed_bytes = 1U << 20,
                                       .line_bytes = 64U << 10,
                                       .files = 16};
    const auto kept = store::unpack_snapshot(bytes, limits);
    Counting sink;
    const auto streamed = store::unpack_snapshot(bytes, sink, limits);
    must(kept.has_value() == streamed.has_value(), "kept or streamed, the same is refused");
    if (!kept) return;
    must(kept->signals.logs.size() == streamed->streamed_logs, "every record reaches the sink");
    must(kept->remarks == streamed->remarks, "the same remarks");
    must(store::pack_snapshot(*kept).has_value(), "what was read can be written");
}

void lines(std::string_view bytes) {
    std::string padded(bytes);
    padded.reserve(padded.size() + store::kLinePadding);
    const auto value = base::parse_json(bytes, "it");
    const auto careful = [&](auto read) -> decltype(read(base::Json())) {
        if (!value) return base::fail(value.error());
        return read(*value);
    };
    store::SnapshotLines reader;
    model::LogView view;
    const bool log = reader.log(padded, view);
    compare(log, store::keep(view), careful(model::log_record_from_json));
    model::Span span;
    const bool took_span = reader.span(padded, span);
    compare(took_span, span, careful(model::span_from_json));
    model::Series series;
    const bool took_series = reader.series(padded, series);
    compare(took_series, series, careful(model::series_from_json));
}

void logs(std::string_view bytes) {
    const store::Snapshot at = window();
    analysis::logs::LogDigest digest(at.incident.window);
    base::Nanos time = kStart - base::kMinute;
    for (std::size_t from = 0; from <= bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', from), bytes.size());
        const std::pair<std::string_view, std::string_view> name{"service.name", "s"};
        model::LogView record;
        record.time = time += base::kSecond;
        record.body = bytes.substr(from, end - from);
        record.attributes = {&name, 1};
        digest.observe(record);
        from = end + 1;
    }
    const analysis::logs::LogSummary summary = digest.summary();
    must(summary.lines == digest.lines(), "every line is counted");
}

void spans(std::string_view bytes) {
    store::Snapshot in = window();
    for (std::size_t from = 0; from < bytes.size() && in.signals.spans.size() < 2000;) {
        const std::size_t end = std::min(bytes.find('\n', from), bytes.size());
        const auto value = base::parse_json(bytes.substr(from, end - from), "it");
        from = end + 1;
        if (!value) continue;
        auto span = model::span_from_json(*value);
        if (span) in.signals.spans.push_back(std::move(*span));
    }
    const model::Report report = agent::analyse(in);
    for (const model::Cause& cause : report.causes)
        must(std::isfinite(cause.probability) && cause.probability >= 0 && cause.probability <= 1,
             "a probability is one");
}

void otlp(std::string_view bytes) {
    otlp::Import import({.document_bytes = 1U << 20, .records = 10'000, .points = 100'000});
    if (!import.add("fuzz", bytes)) return;
    store::Snapshot made = window();
    made.signals = import.finish();
    const auto packed = store::pack_snapshot(made);
    must(packed.has_value(), "what was imported can be written");
    const auto again = store::unpack_snapshot(*packed);
    must(again.has_value(), "and read again");
    must(again->remarks.empty(), "without remarks");
}

}  // namespace insight::fuzz
