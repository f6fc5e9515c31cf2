// Which lines a request wrote, for a fair sample of requests in bounded memory: the traces whose
// id has the smallest hashes are kept whole ("bottom-k" sampling, Cohen and Kaplan, 2007). Which
// they are does not depend on the order or split of the records.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/time.h"

namespace insight::analysis::logs {

struct TraceStep {
    base::Nanos time = 0;
    std::uint32_t source = 0;
    std::uint32_t shape = 0;
};

struct TraceLines {
    std::uint64_t key = 0;         // hash of the trace id
    std::vector<TraceStep> steps;  // at most kTraceSteps; a longer trace is not told
    bool too_long = false;
};

inline constexpr std::size_t kTraces = 2048;  // for the baseline and for the window each
inline constexpr std::size_t kTraceSteps = 160;

// Threads: one at a time. Memory: at most 12 MB.
class TraceSteps {
  public:
    // `hash` of the trace id, every bit of it (finish_hash): the smallest ones are the sample.
    void add(std::uint64_t hash, const TraceStep& step);
    // Sources and shapes of the other are renamed.
    void merge(const TraceSteps& other, const std::vector<std::uint32_t>& sources,
               const std::vector<std::uint32_t>& shapes);
    // By key; steps as they came.
    [[nodiscard]] std::vector<TraceLines> sample() const;
    [[nodiscard]] bool empty() const { return traces_.empty(); }

  private:
    TraceLines* trace_of(std::uint64_t hash);

    std::unordered_map<std::uint64_t, TraceLines> traces_;
    std::uint64_t limit_ = ~0ULL;  // traces above were given up
};

}  // namespace insight::analysis::logs
