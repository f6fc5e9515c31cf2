// How canonical JSON spells strings and orders keys; shared by what writes a parsed asset
// (canonical.cpp) and what hashes its text (asset_hasher.cpp), so that they cannot differ.
#pragma once

#include <string>
#include <string_view>

namespace insight::evomap {

constexpr std::string_view kIdPrefix = "sha256:";
// JavaScript takes an assignment to this key for a change of the object's kind.
constexpr std::string_view kLostKey = "__proto__";
// An asset cannot contain its own hash.
constexpr std::string_view kOwnId = "asset_id";

// Quoted, escaped as little as JSON allows. False: not UTF-8 (RFC 3629), `out` is spoilt.
bool append_string(std::string& out, std::string_view text);

// Order by UTF-16 code units, which is JavaScript's. It differs from the order of bytes only where
// a character beyond U+FFFF (lead byte F0 to F4, written as surrogates D800 to DFFF) meets U+E000
// to U+FFFF (lead byte EE or EF).
bool utf16_less(std::string_view left, std::string_view right);

}  // namespace insight::evomap
