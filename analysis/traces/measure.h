// The quantities that spans are compared by, each as samples in time.
#pragma once

#include <span>
#include <vector>

#include "analysis/traces/span_forest.h"

namespace insight::analysis::traces {

enum class Quantity {
    SelfTime,  // seconds of a span that none of its children covers
    Gap,       // seconds of a call that the other side's span does not cover: network and queues
    Answer,    // seconds until something without spans of its own answered
    FanOut     // how many calls to the same operation one parent makes
};

// How far healthy traffic and times move between two minutes by themselves, as ln ratio.
inline constexpr double kUsualMove = 0.2;

struct Sample {
    std::uint32_t node = 0;
    float value = 0;
};

// All samples of one quantity of one operation (and the operation it calls), ascending in time.
struct Measure {
    Quantity quantity = Quantity::SelfTime;
    std::uint32_t operation = 0;
    std::uint32_t callee = kNone;    // operation at the other side: Gap and FanOut
    std::span<const Sample> before;  // began in the baseline interval
    std::span<const Sample> within;  // began in the incident interval
};

// Owns the samples. Spans that began in neither interval are left out. Time: linear but for the
// sort by time; memory: eight bytes a sample, at most two samples a span.
class Measures {
  public:
    Measures(const SpanForest& forest, const model::Window& window);

    [[nodiscard]] const std::vector<Measure>& all() const { return all_; }

  private:
    std::vector<Sample> samples_;
    std::vector<Measure> all_;
};

// Length of the union of the children's times; never longer than the parent unless `beyond`.
// A child of another host whose clock puts it outside its parent, although it would fit, is moved
// into the parent's middle: what Jaeger's clock skew adjuster does.
model::Nanos covered_by_children(const SpanForest& forest, const Node& node, bool beyond);

}  // namespace insight::analysis::traces
