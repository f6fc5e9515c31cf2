// Where in a ranking the first right answer stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/evaluation/blame.h"

namespace insight::evaluation {

// The expected rank of the first right answer when answers of equal probability are put in random
// order: with m right ones among t that tie behind r better ones it is r + (t + 1) / (m + 1). One
// rule for ties, whatever order the engine happened to write them in. Empty: no answer is right.
std::optional<double> expected_rank(const std::vector<Blamed>& answers);

// The baseline that never looks at the incident: answers are what the other cases of the same set
// (the group's first word) are labelled with, most frequent first. `index` is the case left out.
std::optional<double> prior_entity_rank(const std::vector<LabelledCase>& cases, std::size_t index);
std::optional<double> prior_change_rank(const std::vector<LabelledCase>& cases, std::size_t index);

// "shop/latency" → "shop"
std::string set_of(const LabelledCase& label);

}  // namespace insight::evaluation
