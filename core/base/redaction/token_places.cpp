#include "core/base/redaction/token_places.h"

namespace insight::base::redaction {
namespace {

// Lower case alone: hex() writes nothing else.
bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string_view digits_at(std::string_view text, std::size_t at) {
    std::size_t colon = at + 1;
    // longer than every kind's name
    while (colon < text.size() && colon - at < 24 &&
           ((text[colon] >= 'a' && text[colon] <= 'z') || text[colon] == '_'))
        ++colon;
    if (colon == at + 1 || colon >= text.size() || text[colon] != ':') return {};
    std::size_t end = colon + 1;
    while (end < text.size() && end - colon <= kMoreDigits && is_hex(text[end])) ++end;
    const std::size_t count = end - colon - 1;
    if (end >= text.size() || text[end] != '>' || (count != kDigits && count != kMoreDigits))
        return {};
    return text.substr(colon + 1, count);
}

Findings tokens_in(std::string_view text) {
    Findings out;
    for (std::size_t at = 0; (at = text.find('<', at)) != std::string_view::npos; ++at)
        if (const std::string_view digits = digits_at(text, at); !digits.empty())
            out.push_back(
                {at,
                 static_cast<std::size_t>(digits.data() - text.data()) + digits.size() + 1,
                 {},
                 0});
    return out;
}

Findings without(const Findings& findings, const Findings& tokens) {
    Findings out;
    std::size_t next = 0;
    for (const Finding& finding : findings) {
        while (next < tokens.size() && tokens[next].end <= finding.begin) ++next;
        const bool inside = next < tokens.size() && tokens[next].begin <= finding.begin &&
                            finding.end <= tokens[next].end;
        if (!inside) out.push_back(finding);
    }
    return out;
}

}  // namespace insight::base::redaction
