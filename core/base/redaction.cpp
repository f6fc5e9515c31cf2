#include "core/base/redaction.h"

#include "core/base/redaction/find.h"
#include "core/base/redaction/layers.h"
#include "core/base/redaction/memory.h"
#include "core/base/redaction/remembered.h"
#include "core/base/redaction/token_places.h"

namespace insight::base {
namespace {

using redaction::Finding;
using redaction::Findings;

// Both ascending: what is found, and every token that nothing found reaches over.
Findings with_tokens(const Findings& found, const Findings& tokens) {
    Findings out;
    auto next = tokens.begin();
    for (const Finding& one : found) {
        for (; next != tokens.end() && next->end <= one.begin; ++next) out.push_back(*next);
        while (next != tokens.end() && next->begin < one.end) ++next;
        out.push_back(one);
    }
    out.insert(out.end(), next, tokens.end());
    return out;
}

}  // namespace

Border::Border(RedactionRules rules, Secret key)
    : rules_(std::move(rules)), memory_(std::make_unique<Memory>(std::move(key))) {}
Border::~Border() = default;
Border::Border(Border&&) noexcept = default;
Border& Border::operator=(Border&&) noexcept = default;

void Border::learn(const Secret& value) {
    memory_->learn(value.reveal(), "secret", true);
}

std::string Border::hide(std::string_view text) {
    // Put there by the entrance or by an earlier pass: nothing within them is a finding.
    const Findings tokens = redaction::tokens_in(text);
    const redaction::Layers layers(text);
    Findings found;
    layers.look(found, [&](std::string_view part, Findings& out) {
        redaction::find_all(part, rules_, out);
    });
    found = redaction::without(redaction::merged(found), tokens);
    for (const Finding& finding : found)
        // Learned before the text is looked over for known values: one that is found by its key at
        // the end is hidden where it stands bare at the beginning.
        if (redaction::is_secret(finding.kind))
            memory_->learn(text.substr(finding.begin, finding.end - finding.begin), finding.kind,
                           false);
    layers.look(found, [&](std::string_view part, Findings& out) {
        memory_->known().find(part, out);
        redaction::find_remembered(part, out);
    });
    found = redaction::without(redaction::merged(found), tokens);
    // A token has no kind of its own here: it is written as this border writes its value.
    const Findings places = with_tokens(found, tokens);
    return redaction::replaced(text, places, [&](std::string_view value, std::string_view kind) {
        return kind.empty() ? memory_->token_again(value, redaction::digits_at(value, 0))
                            : memory_->token_for(value, kind);
    });
}

std::string Border::restore(std::string_view text) const {
    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const Finding& token : redaction::tokens_in(text)) {
        const std::string_view digits = redaction::digits_at(text, token.begin);
        const std::string* value = memory_->value_of(digits);
        if (value == nullptr || token.begin < at) continue;
        out += text.substr(at, token.begin - at);
        out += *value;
        at = token.end;
    }
    out += text.substr(at);
    return out;
}

std::size_t Border::hidden() const {
    return memory_->size();
}

}  // namespace insight::base
