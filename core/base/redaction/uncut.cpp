#include "core/base/redaction/uncut.h"

#include <algorithm>

#include "core/base/redaction/find.h"
#include "core/base/redaction/layers.h"
#include "core/base/redaction/token_places.h"

namespace insight::base::redaction {
namespace {

// What is longer on either side is a text of its own (a key in PEM), known by its frame.
constexpr std::size_t kBefore = 1536;
constexpr std::size_t kBehind = 512;
constexpr std::size_t kContext = 64;  // of what is behind a value and shows it

// All that a configuration may ask to hide, but paths and the organisation's words: half a path is
// no secret, and words are not known here.
const RedactionRules& all_rules() {
    static const RedactionRules kRules{true, true, false, {}};
    return kRules;
}

Findings found_in(std::string_view text) {
    Findings out = tokens_in(text);
    const Layers layers(text);
    layers.look(
        out, [](std::string_view layer, Findings& found) { find_all(layer, all_rules(), found); });
    return out;
}

// The last place at or before `at` that is within none of them; they may overlap.
std::size_t before_all(const Findings& findings, std::size_t at) {
    for (bool again = true; again;) {
        again = false;
        for (const Finding& one : findings)
            if (one.begin < at && at < one.end) {
                at = one.begin;
                again = true;
            }
    }
    return at;
}

bool any_close_before(const Findings& findings, std::size_t at) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) {
        return one.end <= at && at - one.end < kContext;
    });
}

bool covers(const Findings& findings, const Finding& place) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) {
        return one.begin <= place.begin && place.end <= one.end;
    });
}

}  // namespace

std::size_t uncut(std::string_view text, std::size_t at) {
    if (at == 0 || at >= text.size()) return at;
    const std::size_t from = at > kBefore ? at - kBefore : 0;
    const std::string_view part = text.substr(from, at - from + kBehind);
    const Findings whole = found_in(part);
    std::size_t best = before_all(whole, at - from);
    // What stands behind a value may be what shows it ("@" behind a password): a value close before
    // the cut must still be found in what is left.
    while (best > 0 && any_close_before(whole, best)) {
        // Found in the whole but not in what is left: the cut goes before it.
        const Findings left = found_in(part.substr(0, best));
        std::size_t next = best;
        for (const Finding& one : whole)
            if (one.end <= best && !covers(left, one)) next = std::min(next, one.begin);
        if (next == best) break;
        best = before_all(whole, next);
    }
    return from + best;
}

}  // namespace insight::base::redaction
