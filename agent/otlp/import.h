// OTLP/JSON files to signals. Each file, or each line of a file, is one ExportLogsServiceRequest,
// ExportTraceServiceRequest or ExportMetricsServiceRequest.
#pragma once

#include <map>
#include <set>
#include <string>

#include "agent/otlp/metrics.h"
#include "core/base/result.h"
#include "core/model/signals.h"

namespace insight::otlp {

struct ImportLimits {
    std::size_t document_bytes = 64U << 20;  // of one request
    std::size_t records = 5'000'000;         // of each of logs and spans
    std::size_t points = 20'000'000;
};

class Import {
  public:
    explicit Import(ImportLimits limits = {}) : limits_(limits), series_(limits.points) {}

    // `name` is the file's, for errors. Errors: Invalid (file and line), TooLarge.
    base::Status add(const std::string& name, std::string_view text);

    // What was left out or not understood, each with how often; for people.
    [[nodiscard]] const std::map<std::string, std::size_t>& left_out() const { return left_out_; }

    // Everything in time, with a coverage row a kind of signal. Call once.
    model::Signals finish();

  private:
    void request(const Json& value);
    void logs(const Json& resource_logs);
    void spans(const Json& resource_spans);
    void metrics(const Json& resource_metrics);

    ImportLimits limits_;
    SeriesBuilder series_;
    model::Signals signals_;
    std::map<std::string, std::size_t> left_out_;
};

// Puts the incident's window into what was recorded: as given (0: not given), else from a little
// before its first alert, else the last ten minutes; the baseline is all before that. The sentence
// says what was done. Errors: Invalid, when nothing was recorded in the window.
base::Result<std::string> place_window(model::Incident& incident, model::Interval recorded,
                                       model::Nanos start, model::Nanos end);

// From the first to the last of anything with a time; both 0 when there is nothing.
model::Interval extent(const model::Signals& signals);

}  // namespace insight::otlp
