#include "agent/recorded.h"

namespace insight::agent {
namespace {

// A digest for each part of the stream, merged in order: the split depends on the records only, and
// so does the result.
class DigestSink final : public store::LogSink {
  public:
    explicit DigestSink(const Adjustment& adjustment) : adjustment_(adjustment) {}

    // Before the first record: digests need the window, which an adjustment may move.
    void begin(const model::Incident& incident,
               const std::vector<model::CoverageRow>& coverage) override {
        model::Incident adjusted = incident;
        if (adjustment_) adjustment_(adjusted);
        for (std::size_t part = 0; part < store::kLogParts; ++part)
            digests_.emplace_back(adjusted.window, analysis::logs::log_coverage(coverage));
    }
    void take(std::size_t part, const model::LogView& record) override {
        digests_[part].observe(record);
    }
    Recorded with(store::Snapshot snapshot) {
        if (adjustment_) adjustment_(snapshot.incident);
        for (std::size_t part = 1; part < digests_.size(); ++part)
            digests_.front().merge(std::move(digests_[part]));
        return {std::move(snapshot), std::move(digests_.front())};
    }

  private:
    const Adjustment& adjustment_;
    std::vector<analysis::logs::LogDigest> digests_;
};

}  // namespace

base::Result<Recorded> open_recorded(const std::string& path, const Adjustment& adjustment) {
    DigestSink sink(adjustment);
    auto snapshot = store::read_snapshot(path, sink);
    if (!snapshot) return base::fail(snapshot.error());
    return sink.with(std::move(*snapshot));
}

base::Result<Recorded> unpack_recorded(std::string_view bytes) {
    const Adjustment none;
    DigestSink sink(none);
    auto snapshot = store::unpack_snapshot(bytes, sink);
    if (!snapshot) return base::fail(snapshot.error());
    return sink.with(std::move(*snapshot));
}

Recorded looked_at(store::Snapshot snapshot) {
    const Adjustment none;
    DigestSink sink(none);
    store::stream_logs(snapshot.incident, snapshot.signals, sink);
    snapshot.streamed_logs = snapshot.signals.logs.size();
    snapshot.signals.logs.clear();
    return sink.with(std::move(snapshot));
}

}  // namespace insight::agent
