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
    std::vector<std::size_t> from;  // offset of each byte in the original; one more for the end
};

// Is there anything to undo?
bool is_encoded(std::string_view text);

Decoded decode(std::string_view text);
// The same for a text that was decoded before: offsets lead to the first original.
Decoded decode(const Decoded& before);

// Decoded as often as it goes, at most `kLevels` times.
constexpr int kLevels = 3;
std::string plain(std::string_view text);

}  // namespace insight::base::redaction
