// Each parser of outside telemetry as a function of any bytes. What must hold is checked inside;
// when it does not, the process stops.
#pragma once

#include <string_view>

namespace insight::fuzz {

void snapshot(std::string_view bytes);  // an archive: kept and streamed must agree
void lines(
    std::string_view bytes);  // one line: the fast reader must mean what the careful one means
void logs(std::string_view bytes);   // bodies of log records, mined and summed up
void spans(std::string_view bytes);  // spans.ndjson, up to a report
void otlp(std::string_view bytes);   // an OTLP/JSON file

}  // namespace insight::fuzz
