// Secrets that were seen or told, wherever they stand next time. Found by their first eight bytes,
// so that a text is read once however many are known; a filter of one bit a start spares the table
// for nearly every byte. Threads: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/redaction/find.h"

namespace insight::base::redaction {

class KnownValues {
  public:
    // Values under eight bytes, and those that are ordinary words ("postgres"), are not looked for:
    // they would hide half of every log. `told` values are, whatever they look like.
    void add(std::string_view value, std::string_view kind, bool told);
    void find(std::string_view text, Findings& out) const;

  private:
    struct Value {
        std::string text;
        std::string_view kind;
        bool anywhere = false;  // also inside a longer word
    };
    std::unordered_map<std::uint64_t, std::vector<Value>> by_start_;
    std::vector<std::uint64_t> filter_;  // bits; empty while nothing is known
    std::size_t count_ = 0;
};

}  // namespace insight::base::redaction
