// A finding on its way: its evidence is only written for those that are kept.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/traces/measure.h"

namespace insight::analysis::traces {

struct Draft {
    Finding finding;
    model::Evidence evidence;
};

// What every finder of this family works on. `covered` are the seconds that spans speak of.
struct Traces {
    const SpanForest& forest;
    const Measures& measures;
    const model::Window& window;
    double covered_before = 0;
    double covered_within = 0;

    [[nodiscard]] const model::Entity& entity_of(std::uint32_t operation) const {
        return forest.entities()[forest.operations()[operation].entity];
    }
    [[nodiscard]] model::Nanos start_of(std::uint32_t node) const {
        return forest.nodes()[node].span->start;
    }
};

// "`GET /orders`": shortened, and safe to be quoted and looked up again.
std::string quoted(const std::string& name);

// The entity's name, or what to call one without.
std::string shown(const model::Entity& entity);

// "since 10:02:03", or "from 10:02:03 to 10:04:05" where it is over.
std::string when(model::Nanos onset, model::Nanos end, bool current);

// Fills title, source and range; the content gets kind "rows", and facts with onset, end and up to
// five of the traces as examples.
model::Evidence rows_evidence(const Traces& traces, const std::string& title, base::Json columns,
                              base::Json rows, model::Nanos onset, model::Nanos end,
                              const std::vector<std::uint32_t>& examples);

inline constexpr double kWorthAWord = 2;  // of surprise: what is below is not told

// Strength for people, 0 to 1, from the surprise.
double strength_of(double surprise);

// The pod that at least nine in ten of the nodes ran on; empty where there is none.
std::string pod_of_most(const Traces& traces, const std::vector<std::uint32_t>& nodes);

// The finders, each a file of its own. Each adds its drafts and returns how many things it
// compared.
std::size_t find_slow(const Traces& traces, std::vector<Draft>& into);      // slow_clues.cpp
std::size_t find_failing(const Traces& traces, std::vector<Draft>& into);   // failure_clues.cpp
std::size_t find_reshaped(const Traces& traces, std::vector<Draft>& into);  // structure_clues.cpp
std::size_t find_throughput(const Traces& traces,
                            std::vector<Draft>& into);  // throughput_clues.cpp

}  // namespace insight::analysis::traces
