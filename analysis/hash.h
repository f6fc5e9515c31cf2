// Hashes for tables and counts inside one run. Not for ids, which must stand against people: those
// are SHA-256 (core/base/crypto.h).
#pragma once

#include <cstdint>
#include <string_view>

namespace insight::analysis {

// FNV-1a; `state` goes on from an earlier piece.
inline std::uint64_t hash_of(std::string_view text, std::uint64_t state = 0xcbf29ce484222325) {
    for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return state;
}

// The last step of MurmurHash3: every bit of the result depends on every bit of the hash, which
// FNV-1a does not give for its high bits.
inline std::uint64_t finish_hash(std::uint64_t hash) {
    hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53;
    return hash ^ (hash >> 33U);
}

}  // namespace insight::analysis
