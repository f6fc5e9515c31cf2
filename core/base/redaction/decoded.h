// A text with its percent-encoding (RFC 3986) and JSON escapes (RFC 8259) undone once, and where
// each byte came from: a secret inside an encoded URL or a JSON text inside JSON is found as if it
// stood there plainly.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::base::redaction {

struct Decoded {
    std::string text;

    // Where the byte at `offset` (or the end) of the decoded text stood in the encoded one.
    [[nodiscard]] std::size_t origin(std::size_t offset) const;

    // Places from where on both go byte by byte, ascending.
    struct Step {
        std::size_t offset = 0;
        std::size_t origin = 0;
    };
    std::vector<Step> steps;
};

// Is there anything to undo?
bool is_encoded(std::string_view text);

Decoded decode(std::string_view text);

// Decoded as often as it goes, at most `kLevels` times.
constexpr int kLevels = 3;
std::string plain(std::string_view text);

}  // namespace insight::base::redaction
