#include "core/base/zone_abbreviation.h"

#include <algorithm>
#include <array>

namespace insight::base {
namespace {

constexpr ZoneAbbreviation at(std::string_view name, int minutes) {
    return {name, minutes * kMinute, false};
}

constexpr ZoneAbbreviation usually(std::string_view name, int minutes) {
    return {name, minutes * kMinute, true};
}

// RFC 5322, section 4.3, and the usual ones of Europe, Japan and Australia. Ambiguous is what the
// present rules of the tz database (2026) have at two distances: CST is China's and Cuba's, too,
// CDT Cuba's, PST that of Manila; and BST, which is Bangladesh's. IST, which is three, is left out.
constexpr std::array kAbbreviations{
    at("UTC", 0),         at("GMT", 0),    at("UT", 0),        at("Z", 0),
    at("WET", 0),         at("WEST", 60),  usually("BST", 60), at("CET", 60),
    at("CEST", 120),      at("MEZ", 60),   at("MESZ", 120),    at("EET", 120),
    at("EEST", 180),      at("MSK", 180),  at("JST", 540),     at("AEST", 600),
    at("AEDT", 660),      at("EST", -300), at("EDT", -240),    usually("CST", -360),
    usually("CDT", -300), at("MST", -420), at("MDT", -360),    usually("PST", -480),
    at("PDT", -420),
};

}  // namespace

const ZoneAbbreviation* zone_abbreviation(std::string_view name) {
    const auto* const found =
        std::find_if(kAbbreviations.begin(), kAbbreviations.end(),
                     [&](const ZoneAbbreviation& one) { return one.name == name; });
    return found == kAbbreviations.end() ? nullptr : found;
}

}  // namespace insight::base
