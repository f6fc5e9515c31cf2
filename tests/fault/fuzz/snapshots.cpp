// A snapshot's archive, and one line of its files.
#include <atomic>

#include "core/store/snapshot_lines.h"
#include "tests/fault/fuzz/holds.h"
#include "tests/fault/fuzz/targets.h"

namespace insight::fuzz {
namespace {

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

}  // namespace insight::fuzz
