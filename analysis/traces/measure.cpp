#include "analysis/traces/measure.h"

#include <algorithm>
#include <unordered_map>

#include "analysis/traces/span_facts.h"

namespace insight::analysis::traces {
namespace {

using model::Nanos;

// A sample before it is known how many its series has.
struct Raw {
    std::uint32_t series = 0;
    Sample sample;
};

class Collector {
  public:
    void add(Quantity quantity, std::uint32_t operation, std::uint32_t callee, std::uint32_t node,
             double value) {
        // 29 bits an operation: more than there are spans in any window that fits in memory
        const std::uint64_t key = (static_cast<std::uint64_t>(quantity) << 61U) ^
                                  (static_cast<std::uint64_t>(operation) << 32U) ^ callee;
        const auto [it, added] =
            series_of_.try_emplace(key, static_cast<std::uint32_t>(heads.size()));
        if (added) heads.push_back({quantity, operation, callee, {}, {}});
        raw.push_back({it->second, {node, static_cast<float>(value)}});
    }

    std::vector<Measure> heads;
    std::vector<Raw> raw;

  private:
    std::unordered_map<std::uint64_t, std::uint32_t> series_of_;
};

Nanos length(const Node& node) {
    return std::max<Nanos>(0, node.span->end - node.span->start);
}

// Every span is one of three: a call nobody answered with a span, an answered call, or own work.
void measure_time(const SpanForest& forest, std::uint32_t at, Collector& into) {
    const Node& node = forest.nodes()[at];
    const double whole = base::to_seconds(length(node));
    if (node.role == Role::Client && node.first_child == kNone) {
        into.add(Quantity::Answer, node.operation, kNone, at, whole);
        return;
    }
    const Node* answer = nullptr;
    if (node.role == Role::Client)
        forest.for_children(node, [&](const Node& child) {
            if (answer == nullptr && child.entity != node.entity) answer = &child;
        });
    const double rest =
        whole - base::to_seconds(covered_by_children(forest, node, answer != nullptr));
    if (answer != nullptr)
        into.add(Quantity::Gap, node.operation, answer->operation, at, std::max(0.0, rest));
    else
        into.add(Quantity::SelfTime, node.operation, kNone, at, std::max(0.0, rest));
}

// `calls` is kept between nodes to save the allocation.
void measure_fan_out(const SpanForest& forest, std::uint32_t at, std::vector<std::uint32_t>& calls,
                     Collector& into) {
    const Node& node = forest.nodes()[at];
    if (node.first_child == kNone) return;
    calls.clear();
    forest.for_children(node, [&](const Node& child) {
        // the operation behind a call says more than "GET"
        std::uint32_t operation = child.operation;
        if (child.role == Role::Client && child.first_child != kNone)
            operation = forest.nodes()[child.first_child].operation;
        calls.push_back(operation);
    });
    std::sort(calls.begin(), calls.end());
    for (std::size_t first = 0; first < calls.size();) {
        std::size_t end = first;
        while (end < calls.size() && calls[end] == calls[first]) ++end;
        into.add(Quantity::FanOut, node.operation, calls[first], at,
                 static_cast<double>(end - first));
        first = end;
    }
}

}  // namespace

Nanos covered_by_children(const SpanForest& forest, const Node& node, bool beyond) {
    std::vector<std::pair<Nanos, Nanos>> times;
    const Nanos begin = node.span->start;
    const Nanos end = std::max(node.span->end, begin);
    forest.for_children(node, [&](const Node& child) {
        Nanos from = child.span->start;
        Nanos to = std::max(child.span->end, from);
        const bool outside = from < begin || to > end;
        if (outside && child.entity != node.entity && to - from <= end - begin) {
            const Nanos half = (end - begin - (to - from)) / 2;
            to = begin + half + (to - from);
            from = begin + half;
        }
        if (!beyond) {
            from = std::clamp(from, begin, end);
            to = std::clamp(to, begin, end);
        }
        times.emplace_back(from, to);
    });
    std::sort(times.begin(), times.end());
    Nanos covered = 0;
    Nanos reached = std::numeric_limits<Nanos>::min();
    for (const auto& [from, to] : times) {
        if (to <= reached) continue;
        covered += to - std::max(from, reached);
        reached = to;
    }
    return covered;
}

Measures::Measures(const SpanForest& forest, const model::Window& window) {
    Collector collected;
    collected.raw.reserve(forest.order().size() * 2);
    std::vector<std::uint32_t> calls;
    for (const std::uint32_t at : forest.order()) {
        const Node& node = forest.nodes()[at];
        const Nanos start = node.span->start;
        const bool before = start >= window.baseline_start && start < window.start;
        if (!before && (start < window.start || start > window.end)) continue;
        if (node.handler) continue;
        // 0: it never ended, and how long it took is not known.
        if (node.span->end != 0) measure_time(forest, at, collected);
        measure_fan_out(forest, at, calls, collected);
    }
    // grouped by series by counting, then by time
    std::vector<std::size_t> begin(collected.heads.size() + 1, 0);
    for (const Raw& raw : collected.raw) ++begin[raw.series + 1];
    for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
    samples_.resize(collected.raw.size());
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    for (const Raw& raw : collected.raw) samples_[next[raw.series]++] = raw.sample;
    const auto time_of = [&](const Sample& sample) {
        return forest.nodes()[sample.node].span->start;
    };
    all_ = std::move(collected.heads);
    for (std::size_t i = 0; i < all_.size(); ++i) {
        const std::span<Sample> mine(samples_.data() + begin[i], begin[i + 1] - begin[i]);
        std::stable_sort(mine.begin(), mine.end(),
                         [&](const Sample& a, const Sample& b) { return time_of(a) < time_of(b); });
        const auto split = std::partition_point(
            mine.begin(), mine.end(),
            [&](const Sample& sample) { return time_of(sample) < window.start; });
        const auto count = static_cast<std::size_t>(split - mine.begin());
        all_[i].before = mine.first(count);
        all_[i].within = mine.subspan(count);
    }
}

}  // namespace insight::analysis::traces
