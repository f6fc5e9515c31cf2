// Is one of these words perhaps in the text? By three letters in a row, so that a text is read once
// whatever the number of words; what answers yes is looked at more closely.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace insight::base::redaction {

// One bit for three letters of five bits each: case is folded, and other three letters may share a
// bit. Made at compile time; a look-up a byte, no branch on the text.
class Stems {
  public:
    // Three bytes each.
    constexpr Stems(std::initializer_list<std::string_view> stems) {
        for (const std::string_view stem : stems) {
            const std::size_t three =
                letter(stem[0]) << 10U | letter(stem[1]) << 5U | letter(stem[2]);
            bits_[three / 64] |= std::uint64_t{1} << (three % 64);
        }
    }

    [[nodiscard]] bool any_in(std::string_view text) const {
        std::size_t three = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            three = (three << 5U | letter(text[i])) & 0x7fffU;
            if (i >= 2 && (bits_[three / 64] >> (three % 64) & 1U) != 0) return true;
        }
        return false;
    }

  private:
    // Of ASCII: "A" and "a" differ in bit 5 only.
    static constexpr std::size_t letter(char c) { return static_cast<unsigned char>(c) & 0x1fU; }
    std::array<std::uint64_t, (1U << 15) / 64> bits_{};
};

}  // namespace insight::base::redaction
