#include "core/base/redaction/find.h"

#include <algorithm>

namespace insight::base::redaction {

namespace {

const Literals& all_literals() {
    // Its table has 64 KiB and is made once for the process.
    static const Literals kAll([] {
        std::vector<Literal> all;
        for (const auto& literals : {token_literals(), phrase_literals()})
            all.insert(all.end(), literals.begin(), literals.end());
        all.push_back({.text = "://", .rule = kUrlRule});
        return all;
    }());
    return kAll;
}

void find_likely_credentials(std::string_view text, const Likely& likely, Findings& out) {
    find_tokens(text, likely, out);
    find_private_keys(text, out);
    find_assignments(text, out);
    find_phrases(text, likely, out);
    find_url_passwords(text, likely, out);
}

}  // namespace

void find_credentials(std::string_view text, Findings& out) {
    find_likely_credentials(text, all_literals().find(text), out);
}

void find_all(std::string_view text, const RedactionRules& rules, Findings& out, Search search) {
    const Likely likely = search == Search::Likely ? all_literals().find(text) : Likely{true, {}};
    find_likely_credentials(text, likely, out);
    if (rules.people) {
        find_contacts(text, likely, out);
        find_numbers(text, likely, out);
    }
    if (rules.private_addresses) find_addresses(text, out);
    if (rules.host_names) find_host_names(text, out);
    if (rules.paths) find_paths(text, out);
    find_words(text, rules.words, out);
}

namespace {

void sort(Findings& findings) {
    std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
        if (a.begin != b.begin) return a.begin < b.begin;
        if (a.end != b.end) return a.end > b.end;
        return a.rank > b.rank;
    });
}

// Expects them sorted; one that overlaps the one before is joined to it.
Findings joined(const Findings& findings) {
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

}  // namespace

Findings merged(const Findings& findings) {
    Findings sure;
    Findings guesses;
    for (const Finding& finding : findings)
        (finding.rank > kGuessed ? sure : guesses).push_back(finding);
    sort(sure);
    sort(guesses);
    Findings out = joined(sure);
    // In "redis://:password@cache.shop" the last part looks like an e-mail address and is none.
    const std::size_t count = out.size();
    std::size_t next = 0;
    for (const Finding& guess : joined(guesses)) {
        while (next < count && out[next].end <= guess.begin) ++next;
        if (next == count || out[next].begin >= guess.end) out.push_back(guess);
    }
    sort(out);
    return out;
}

bool is_secret(std::string_view kind) {
    // Listed are those that are not: a kind that a detector adds later is a secret unless said
    // here.
    return kind != "email" && kind != "card" && kind != "iban" && kind != "address" &&
           kind != "host" && kind != "path" && kind != "name";
}

}  // namespace insight::base::redaction
