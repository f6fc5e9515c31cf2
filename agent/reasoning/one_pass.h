// One pass over the log records for all looks that need them: gigabytes are read once a turn.
#pragma once

#include <vector>

#include "agent/reasoning/tool.h"
#include "core/store/snapshot.h"

namespace insight::agent::reasoning {

// Every record goes to every look that is under way. Threads: as LogSink.
class OnePass final : public store::LogSink {
  public:
    explicit OnePass(std::vector<LogLook*> looks) : looks_(std::move(looks)) {}
    void begin(const model::Incident& /*incident*/,
               const std::vector<model::CoverageRow>& /*coverage*/) override {}
    void take(std::size_t part, const model::LogView& record) override {
        for (LogLook* look : looks_) look->take(part, record);
    }

  private:
    const std::vector<LogLook*> looks_;
};

}  // namespace insight::agent::reasoning
