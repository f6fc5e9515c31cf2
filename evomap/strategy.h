// The text of a strategy as the steps that travel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::evomap {

constexpr std::size_t kShortestStep = 15;   // UTF-16 units, what hubs ask of a step
constexpr std::size_t kShortestSignal = 3;  // UTF-16 units

// Split at line breaks, list marks and ends of sentences (also those of Chinese); pieces that are
// too short are joined to their neighbour. One step alone gets a verification step behind it.
std::vector<std::string> strategy_steps(std::string_view text);

// Trimmed, at least three characters long, each once, in their order.
std::vector<std::string> tidy_signals(const std::vector<std::string>& signals);

// Do two lists of steps say the same? Compared by words, without case and punctuation.
bool same_strategy(const std::vector<std::string>& left, const std::vector<std::string>& right);

}  // namespace insight::evomap
