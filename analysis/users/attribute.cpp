#include "analysis/users/attribute.h"

#include <algorithm>
#include <charconv>

namespace insight::analysis::users {
namespace {

constexpr std::size_t kLongest = 512;  // bytes; what is longer is no name of anybody

// A bit for every length that one of the names has: most attributes are turned away by theirs.
constexpr std::uint64_t lengths() {
    std::uint64_t out = 0;
    for (const Attribute& attribute : kAttributes) out |= std::uint64_t{1} << attribute.name.size();
    return out;
}

// The first two numbers of an IPv4 address.
bool is_private_v4(std::string_view address) {
    int parts[2] = {0, 0};
    for (int& part : parts) {
        const auto [end, error] =
            std::from_chars(address.data(), address.data() + address.size(), part);
        if (error != std::errc() || end == address.data() + address.size() || *end != '.')
            return false;
        address.remove_prefix(static_cast<std::size_t>(end - address.data()) + 1);
    }
    // RFC 1918, RFC 6598 (carriers and clusters), RFC 3927, loopback
    return parts[0] == 10 || parts[0] == 127 || (parts[0] == 192 && parts[1] == 168) ||
           (parts[0] == 172 && parts[1] >= 16 && parts[1] < 32) ||
           (parts[0] == 100 && parts[1] >= 64 && parts[1] < 128) ||
           (parts[0] == 169 && parts[1] == 254);
}

bool is_private(std::string_view address) {
    if (address.starts_with('[')) address.remove_prefix(1);
    if (address.starts_with("::ffff:")) address.remove_prefix(7);  // IPv4 in IPv6 clothes
    if (address.find(':') == std::string_view::npos || address.find('.') < address.find(':'))
        return is_private_v4(address);
    const auto starts = [&](std::string_view prefix) {
        return address.size() >= prefix.size() &&
               std::equal(prefix.begin(), prefix.end(), address.begin(),
                          [](char a, char b) { return a == (b >= 'A' && b <= 'F' ? b + 32 : b); });
    };
    // RFC 4193 and link-local addresses
    return address.starts_with("::1") || starts("fc") || starts("fd") || starts("fe8") ||
           starts("fe9") || starts("fea") || starts("feb");
}

}  // namespace

std::optional<std::size_t> attribute_of(std::string_view name) {
    constexpr std::uint64_t kLengths = lengths();
    if (name.size() > 63 || ((kLengths >> name.size()) & 1U) == 0) return std::nullopt;
    const auto it =
        std::find_if(kAttributes.begin(), kAttributes.end(),
                     [&](const Attribute& attribute) { return attribute.name == name; });
    if (it == kAttributes.end()) return std::nullopt;
    return static_cast<std::size_t>(it - kAttributes.begin());
}

bool tells(const Attribute& attribute, std::string_view value) {
    static constexpr std::array<std::string_view, 10> kNobody{
        "-", "?", "0", "none", "null", "nil", "unknown", "anonymous", "undefined", "<nil>"};
    if (value.empty() || value.size() > kLongest ||
        std::find(kNobody.begin(), kNobody.end(), value) != kNobody.end())
        return false;
    return !attribute.address || !is_private(value);
}

}  // namespace insight::analysis::users
