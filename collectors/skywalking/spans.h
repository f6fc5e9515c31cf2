// Spans of SkyWalking segments as OpenTelemetry has them. Pure.
//
// A trace is made of segments, one a thread; a span's number is unique in its segment, so its id
// here is "<segment>.<number>". A segment hangs below a span of another by a reference.
#pragma once

#include <string>
#include <vector>

#include "collectors/skywalking/names.h"
#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

// What a query has to select of a span.
constexpr std::string_view kSpanFields =
    "traceId segmentId spanId parentSpanId refs {parentSegmentId parentSpanId} serviceCode "
    "serviceInstanceName startTime endTime endpointName type peer component isError layer "
    "tags {key value} logs {time data {key value}}";

// At most `most` spans of one trace; what is no span is left out.
std::vector<model::Span> spans_of(const base::Json& spans, const Names& names,
                                  const model::Scope& scope, std::size_t most);

}  // namespace insight::collectors::skywalking
