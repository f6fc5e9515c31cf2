// Log records that are looked at while a snapshot is read, because they are too many to keep.
#pragma once

#include "core/model/signals.h"

namespace insight::store {

// Records go to two parts by turns, so that two threads can look at them; which record goes where
// depends on its number only, never on threads or buffers: the same records give the same parts,
// whether they come from a file or from memory.
constexpr std::size_t kLogParts = 2;
constexpr std::size_t kLogRun = 4096;  // records in a row that go to one part

class LogSink {
  public:
    virtual ~LogSink() = default;
    // Once, before any record, with what incident.json and coverage.json say.
    virtual void begin(const model::Incident& incident,
                       const std::vector<model::CoverageRow>& coverage) = 0;
    // In the order of the records for each part. Calls for different parts come from different
    // threads at the same time. The view is valid during the call only.
    virtual void take(std::size_t part, const model::LogView& record) = 0;
};

// The same for records that were kept.
void stream_logs(const model::Incident& incident, const model::Signals& signals, LogSink& sink);

}  // namespace insight::store
