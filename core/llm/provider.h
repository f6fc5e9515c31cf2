// The providers by name: which dialect each speaks and how it differs from the others that speak
// it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace insight::llm {

enum class Dialect { None, Anthropic, OpenAi, Gemini, Bedrock };

// Where the key goes.
enum class KeyPlace { Nowhere, Bearer, XApiKey, ApiKey, XGoogApiKey, SignatureV4 };

struct Provider {
    std::string_view name;
    Dialect dialect = Dialect::None;
    std::string_view base_url{};  // empty: must be configured
    KeyPlace key = KeyPlace::Nowhere;
    bool key_required = true;
    std::string_view environment{};    // of the key where none is configured; empty: none
    std::string_view default_model{};  // empty: must be configured
    std::int64_t context_tokens = 0;   // where none is configured
    bool new_token_limit = false;      // max_completion_tokens instead of max_tokens
};

// In the order in which documents name them.
std::span<const Provider> providers();

// nullptr: no provider has that name
const Provider* find_provider(std::string_view name);

}  // namespace insight::llm
