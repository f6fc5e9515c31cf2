// Requests and their failures as rows of the coverage statement, and collected text made safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/field.h"
#include "core/base/result.h"
#include "core/model/signals.h"

namespace insight::collectors {

// Fields every source has beside its own; `name` belongs to the configuration itself.
inline constexpr config::Field kClusterField{"cluster", config::FieldType::Text, "",
                                             "cluster this instance belongs to; part of its scope"};
inline constexpr config::Field kNamespaceField{
    "namespace", config::FieldType::Text, "",
    "namespace this instance belongs to; part of its scope"};

model::Outcome outcome_of(base::ErrorKind kind);

// The rows of one collection of one instance. Threads: one.
class Coverage {
  public:
    // `intervals`: what every row covers; none where it tells the present only
    Coverage(std::string source, std::vector<model::Interval> intervals)
        : source_(std::move(source)), intervals_(std::move(intervals)) {}

    // count 0 becomes "empty"
    void answered(std::string_view query, std::size_t count, const std::string& note = {});
    void truncated(std::string_view query, std::size_t count, const std::string& note);
    void failed(std::string_view query, const base::Error& error);
    // Something that was left out on purpose, e.g. for want of time.
    void skipped(std::string_view query, model::Outcome outcome, const std::string& note);

    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] std::vector<model::CoverageRow> take() { return std::move(rows_); }

  private:
    void add(std::string_view query, model::Outcome outcome, std::size_t count,
             const std::string& note);

    std::string source_;
    std::vector<model::Interval> intervals_;
    std::vector<model::CoverageRow> rows_;
};

// Baseline and incident interval; one interval where they touch.
std::vector<model::Interval> intervals_of(const model::Window& window);

// Every text in `value`: valid UTF-8, no control characters, at most `bytes` long.
void clean(base::Json& value, std::size_t bytes = 4096);

// A statement or command for people: one line, redacted, at most `bytes` long.
std::string shown(std::string_view text, std::size_t bytes = 300);

// Database rows of one instance, with its scope.
struct RowMaker {
    std::string system;
    std::string instance;
    model::Scope scope;

    [[nodiscard]] model::DatabaseRow operator()(std::string_view view, base::Nanos time,
                                                base::Json row) const;
};

}  // namespace insight::collectors
