// The id of an asset from its text. Four times as fast as reading the text into a value first:
// simdjson reads it, and the canonical text is written straight from what it has read.
//
// simdjson only ever says "this is the id". What it refuses, or reads in a way that might differ
// (a key twice, an integer beyond 64 bits), goes to parse_asset() and asset_id(), whose verdict
// counts, so that a hostile text cannot tell the two ways apart.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::evomap {

// Keeps its buffers from text to text. Threads: one at a time.
class AssetHasher {
  public:
    AssetHasher();
    ~AssetHasher();
    AssetHasher(const AssetHasher&) = delete;
    AssetHasher& operator=(const AssetHasher&) = delete;

    // `what` names the text in the error. Errors: of parse_asset() and asset_id().
    base::Result<std::string> id(std::string_view text, std::string_view what);

    // How many texts went the long way.
    [[nodiscard]] std::uint64_t slow() const { return slow_; }

  private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
    std::uint64_t slow_ = 0;
};

}  // namespace insight::evomap
