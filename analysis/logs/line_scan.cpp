#include "analysis/logs/line_scan.h"

namespace insight::analysis::logs::scan {

std::size_t address_length(const char* at, const char* end) {
    // Groups of at most four hexadecimal digits between colons, a double colon allowed once (RFC
    // 4291). Three groups of two decimal digits are a time of day, which stays three values.
    const char* const begin = at;
    int groups = 0;
    bool letters = false, gap = false;
    const char* stop = at;
    while (at < end) {
        const char* const group = at;
        for (; at < end && is_hex(*at); ++at) letters = letters || (class_of(*at) & kDigit) == 0;
        if (at - group > 4) return 0;
        if (at > group) {
            ++groups;
            stop = at;
        } else if (gap) {
            break;
        } else {
            gap = true;
        }
        if (at >= end || *at != ':') break;
        ++at;
    }
    if (at < end && (class_of(*at) & kAlpha) != 0) return 0;  // the last group goes on
    const bool address =
        groups >= 6 || (groups >= 3 && gap && stop - begin >= 8) || (groups >= 4 && letters);
    if (!address) return 0;
    return static_cast<std::size_t>(stop - begin);
}

constexpr std::string_view kStops("\"'<>])}");

const char* query_end(const char* at, const char* end) {
    while (at < end && (class_of(*at) & kSpace) == 0 && kStops.find(*at) == std::string_view::npos)
        ++at;
    return at;
}

std::size_t url_length(const char* at, const char* end) {
    const char* const begin = at;
    while (at < end && *at != ':') {
        const std::uint8_t kind = class_of(*at);
        if ((kind & (kAlpha | kDigit)) == 0 && *at != '.' && *at != '+' && *at != '-') return 0;
        ++at;
    }
    if (end - at < 4 || at[1] != '/' || at[2] != '/') return 0;
    at = query_end(at + 3, end);
    while (at > begin && (at[-1] == '.' || at[-1] == ',' || at[-1] == ';' || at[-1] == ':')) --at;
    return static_cast<std::size_t>(at - begin);
}

constexpr std::array<std::string_view, 4> kValues{"true", "false", "null", "nil"};

bool is_literal_value(std::string_view word) {
    std::array<char, 5> lower{};
    for (std::size_t i = 0; i < word.size(); ++i) lower[i] = static_cast<char>(word[i] | 0x20);
    return std::find(kValues.begin(), kValues.end(), std::string_view(lower.data(), word.size())) !=
           kValues.end();
}

bool is_uuid(const char* at, const char* end) {
    if (end - at < 36 || at[8] != '-' || at[13] != '-' || at[18] != '-' || at[23] != '-')
        return false;
    for (int i = 0; i < 36; ++i)
        if (i != 8 && i != 13 && i != 18 && i != 23 && !is_hex(at[i])) return false;
    return end - at == 36 || !is_hex(at[36]);
}

}  // namespace insight::analysis::logs::scan
