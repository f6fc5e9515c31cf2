#include "core/base/redaction/find.h"

#include <algorithm>

namespace insight::base::redaction {

void find_all(std::string_view text, const RedactionRules& rules, Findings& out) {
    find_tokens(text, out);
    find_private_keys(text, out);
    find_assignments(text, out);
    find_phrases(text, out);
    find_url_passwords(text, out);
    find_contacts(text, out);
    find_numbers(text, out);
    if (rules.private_addresses) find_addresses(text, out);
    if (rules.host_names) find_host_names(text, out);
    if (rules.paths) find_paths(text, out);
    find_words(text, rules.words, out);
}

Findings merged(Findings findings) {
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        if (a.begin != b.begin) return a.begin < b.begin;
        if (a.end != b.end) return a.end > b.end;
        return a.rank > b.rank;
    });
    Findings out;
    for (const Finding& finding : findings) {
        if (out.empty() || finding.begin >= out.back().end) {
            out.push_back(finding);
            continue;
        }
        Finding& last = out.back();
        // what covers the whole place names it; among equals the surer one
        const bool as_long = finding.begin == last.begin && finding.end >= last.end;
        if ((as_long && finding.rank > last.rank) ||
            (finding.end > last.end && finding.end - finding.begin > last.end - last.begin)) {
            last.kind = finding.kind;
            last.rank = finding.rank;
        }
        last.end = std::max(last.end, finding.end);
    }
    return out;
}

bool is_secret(std::string_view kind) {
    return kind != "email" && kind != "card" && kind != "iban" && kind != "address" &&
           kind != "host" && kind != "path" && kind != "name" && kind != "signature" &&
           kind != "cookie";
}

}  // namespace insight::base::redaction
