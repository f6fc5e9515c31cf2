// Canonical JSON and asset ids as the EvoMap network computes them: two nodes that hold the same
// asset print the same bytes, so its SHA-256 names it everywhere.
//
// The rules are those of GEP (@evomap/gep-sdk 1.13.0, content hash): keys sorted by UTF-16 code
// units, no white space, strings escaped as little as JSON allows, every number an IEEE double
// printed as ECMAScript prints it, the top-level "asset_id" left out. Unicode is not normalised.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::evomap {

using base::Json;

constexpr std::size_t kMaxAssetBytes = 1U << 20;
constexpr int kMaxAssetDepth = 256;  // objects and arrays in each other

// An asset as it came. Errors: Invalid (no JSON object, nested too deep, a lone surrogate, a number
// beyond a double, a top-level "__proto__", which JavaScript loses), TooLarge.
base::Result<Json> parse_asset(std::string_view text, std::string_view what);

// Errors: Invalid (bytes that are no UTF-8, nested deeper than 256).
base::Result<std::string> canonical(const Json& value);

// "sha256:" and 64 hexadecimal digits over the canonical text without the top-level "asset_id".
// Errors: as canonical(), and Invalid for what is no object or has a top-level "__proto__".
base::Result<std::string> asset_id(const Json& asset);

// Does the asset carry its own id, in exactly this spelling?
bool verifies(const Json& asset);

// Writes the id that belongs to the asset into it. Errors: as asset_id().
base::Status stamp(Json& asset);

// ECMAScript Number::toString, "null" for what is not finite.
void append_number(std::string& out, double value);

// Length as JavaScript counts it: UTF-16 code units.
std::size_t utf16_length(std::string_view utf8);

}  // namespace insight::evomap
