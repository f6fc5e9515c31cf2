// Intervals as the server wants them: texts without an offset, in its own time zone, in a step.
// Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/incident.h"

namespace insight::collectors::skywalking {

using base::Nanos;

enum class Step { Second, Minute, Hour, Day };

Nanos length_of(Step step);

// "+0800" → eight hours; nothing when it is no offset.
std::optional<Nanos> zone_of(std::string_view offset);

// A Duration of the query protocol; both ends are within it.
base::Json duration(const model::Interval& interval, Step step, Nanos zone);

// What begins within [start, end), in seconds; those of the interval's first and last one that do
// not are given, too.
base::Json seconds_of(const model::Interval& interval, Nanos zone);

// Metrics are kept by minutes, hours and days; an answer holds 500 points at most.
Step step_for(const model::Interval& interval);

// Parts of it that have at most 500 points each, ascending; at most a few.
std::vector<model::Interval> parts_of(const model::Interval& interval, Step step, Nanos zone);

// The beginning of the step that `time` is in, by the server's clock.
Nanos begin_of(Nanos time, Step step, Nanos zone);

}  // namespace insight::collectors::skywalking
