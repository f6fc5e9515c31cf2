// One quantity that rose, told for people: its levels before and since, its words, its evidence.
#pragma once

#include "analysis/traces/draft.h"
#include "analysis/traces/level_shift.h"

namespace insight::analysis::traces {

struct Levels {
    // seconds; calls for FanOut
    double median = 0, p90 = 0;
};

Levels levels_of(std::span<const Sample> samples);

// One measure with what became of it.
struct Case {
    const Measure* measure = nullptr;
    const LevelShift* shift = nullptr;
    std::span<const Sample> stretch;
    Levels before, now;
    double added_seconds = 0;  // over all samples of the stretch; calls for FanOut
    model::Nanos onset = 0, end = 0;
};

Case case_of(const Traces& traces, const Measure& measure, const LevelShift& shift);

// What the quantity is called in titles and tables.
std::string_view title_of(Quantity quantity);

// "12 ms", or "the slowest tenth 90 ms" when only some of the traces are hit.
struct Words {
    std::string now, before, tenth;
};

Words words_of(const Case& found);

// The spans of the stretch that are slower than the slow tenth of before: where they ran says which
// pod it is. `at_callee`: the answering spans instead of the calling ones.
std::vector<std::uint32_t> slow_nodes(const Traces& traces, const Case& found, bool at_callee);

// The case itself first, then the same quantity of what else is around the entity, so that a reader
// sees who is hit and who is not. The slowest traces are the examples.
model::Evidence evidence_of(const Traces& traces, const Case& found, std::uint32_t entity,
                            const std::string& title);

}  // namespace insight::analysis::traces
