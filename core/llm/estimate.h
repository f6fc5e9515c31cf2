// How many tokens a text takes at most, without the provider's tokenizer: for budgets and context
// windows, where too few is worse than too many. Threads: safe.
//
// Counted by kinds of characters, each with the most that the tokenizers of today make of it.
// tests/contract/llm holds it against the real ones. Linear in the text, no allocation.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/llm/model.h"

namespace insight::llm {

std::int64_t estimate_tokens(std::string_view text);

// System text, turns, tools and schema with what providers wrap around them; not the answer.
std::int64_t estimate_tokens(const Prompt& prompt);
std::int64_t estimate_tokens(const Turn& turn);

}  // namespace insight::llm
