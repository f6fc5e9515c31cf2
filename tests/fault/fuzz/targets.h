// Each parser of outside telemetry as a function of any bytes. What must hold is checked inside;
// when it does not, the process stops.
#pragma once

#include <array>
#include <string_view>

namespace insight::fuzz {

void snapshot(std::string_view bytes);  // an archive: kept and streamed must agree
void lines(std::string_view bytes);     // one line: the fast reader must mean what the careful does
void logs(std::string_view bytes);      // bodies of log records, mined and summed up
void otlp(std::string_view bytes);      // an OTLP/JSON file
void diffs(std::string_view bytes);     // a diff, and what it touches
void values(std::string_view bytes);    // amounts, times, schedules, selectors, certificates, words

// Lines of a snapshot's files, up to a report and a health scan.
void spans(std::string_view bytes);
void changes(std::string_view bytes);
void objects(std::string_view bytes);  // Kubernetes objects; lines with "involvedObject": events
void rows(std::string_view bytes);     // of database state
void series(std::string_view bytes);

struct Target {
    const char* name;  // of its corpus, too
    void (*run)(std::string_view);
    int mutations;  // of each input, when it runs as an ordinary test
};

inline constexpr std::array kTargets{
    Target{"snapshot", snapshot, 40}, Target{"lines", lines, 400},
    Target{"logs", logs, 40},         Target{"spans", spans, 20},
    Target{"otlp", otlp, 100},        Target{"diffs", diffs, 200},
    Target{"values", values, 200},    Target{"changes", changes, 20},
    Target{"objects", objects, 60},   Target{"rows", rows, 60},
    Target{"series", series, 10}};

}  // namespace insight::fuzz
