#include "analysis/logs/trace_steps.h"

#include <algorithm>

namespace insight::analysis::logs {

TraceLines* TraceSteps::trace_of(std::uint64_t hash) {
    if (hash > limit_) return nullptr;
    const auto [it, fresh] = traces_.try_emplace(hash);
    if (!fresh) return &it->second;
    it->second.key = hash;
    // Half of them go at once, so that a line costs the same on average.
    if (traces_.size() < 2 * kTraces) return &it->second;
    std::vector<std::uint64_t> keys;
    keys.reserve(traces_.size());
    for (const auto& [key, trace] : traces_) keys.push_back(key);
    std::nth_element(keys.begin(), keys.begin() + kTraces - 1, keys.end());
    limit_ = keys[kTraces - 1];
    std::erase_if(traces_, [this](const auto& item) { return item.first > limit_; });
    const auto kept = traces_.find(hash);
    return kept == traces_.end() ? nullptr : &kept->second;
}

void TraceSteps::add(std::uint64_t hash, const TraceStep& step) {
    TraceLines* const trace = trace_of(hash);
    if (trace == nullptr) return;
    if (trace->steps.size() < kTraceSteps)
        trace->steps.push_back(step);
    else
        trace->too_long = true;
}

void TraceSteps::merge(const TraceSteps& other, const std::vector<std::uint32_t>& sources,
                       const std::vector<std::uint32_t>& shapes) {
    limit_ = std::min(limit_, other.limit_);
    std::erase_if(traces_, [this](const auto& item) { return item.first > limit_; });
    for (const auto& [key, theirs] : other.traces_) {
        for (const TraceStep& step : theirs.steps)
            add(key, {step.time, sources[step.source], shapes[step.shape]});
        if (TraceLines* const ours = theirs.too_long ? trace_of(key) : nullptr)
            ours->too_long = true;
    }
}

std::vector<TraceLines> TraceSteps::sample() const {
    std::vector<TraceLines> out;
    out.reserve(traces_.size());
    for (const auto& [key, trace] : traces_) out.push_back(trace);
    std::sort(out.begin(), out.end(),
              [](const TraceLines& a, const TraceLines& b) { return a.key < b.key; });
    if (out.size() > kTraces) out.resize(kTraces);
    std::erase_if(out, [](const TraceLines& trace) { return trace.too_long; });
    return out;
}

}  // namespace insight::analysis::logs
