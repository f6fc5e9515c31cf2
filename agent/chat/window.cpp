#include "agent/chat/window.h"

namespace insight::agent::chat {
namespace {

// Records go by already when the window is opened: the tools read them again from the bytes.
class Nowhere final : public store::LogSink {
  public:
    void begin(const model::Incident&, const std::vector<model::CoverageRow>&) override {}
    void take(std::size_t, const model::LogView&) override {}
};

}  // namespace

Windows windows_in(store::Store& store) {
    return [&store](const std::string& incident) -> base::Result<Window> {
        auto stage = store.stage(incident, "snapshot");
        if (!stage) return base::fail(stage.error());
        const auto bytes = std::make_shared<const std::string>(std::move(*stage));
        Nowhere nowhere;
        auto snapshot = store::unpack_snapshot(*bytes, nowhere);
        if (!snapshot) return base::fail(snapshot.error());
        return Window{std::make_shared<const store::Snapshot>(std::move(*snapshot)),
                      [bytes](store::LogSink& sink) -> base::Status {
                          const auto read = store::unpack_snapshot(*bytes, sink);
                          return read ? base::Status{} : base::fail(read.error());
                      }};
    };
}

}  // namespace insight::agent::chat
