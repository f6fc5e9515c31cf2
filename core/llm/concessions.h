// What a server refused to take and is no longer sent: servers that speak the same dialect know
// different parts of it, and which ones shows only when they refuse.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/llm/failure.h"

namespace insight::llm {

enum class Feature : std::uint32_t {
    Schema = 1,       // the answer's JSON Schema as a parameter
    JsonObject = 2,   // "some JSON object" as a parameter
    StreamUsage = 4,  // stream_options
    TokenLimit = 8,   // the first of the two names of the output limit
    Temperature = 16,
    Caching = 32,  // marks of what to cache
    NoTools = 64,  // tool_choice "none"
};

// A set of features. Copies are snapshots.
class Features {
  public:
    void add(Feature feature) { bits_ |= static_cast<std::uint32_t>(feature); }
    [[nodiscard]] bool has(Feature feature) const {
        return (bits_ & static_cast<std::uint32_t>(feature)) != 0;
    }
    friend bool operator==(Features, Features) = default;

  private:
    std::uint32_t bits_ = 0;
};

// The feature that this refusal is about, of those that were sent. Empty: something else.
std::optional<Feature> refused_feature(const Failure& failure, Features sent);

}  // namespace insight::llm
