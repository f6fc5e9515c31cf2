#include "core/base/redaction.h"

#include "core/base/redaction/decoded.h"
#include "core/base/redaction/find.h"
#include "core/base/redaction/memory.h"
#include "core/base/redaction/token_places.h"

namespace insight::base {
namespace {

using redaction::Decoded;
using redaction::Finding;
using redaction::Findings;

// A text, and what it is when decoded once, twice, three times. Decoded once for all who look.
class Layers {
  public:
    explicit Layers(std::string_view text) : text_(text) {
        std::string_view outer = text;
        while (static_cast<int>(decoded_.size()) < redaction::kLevels &&
               redaction::is_encoded(outer)) {
            Decoded next = redaction::decode(outer);
            if (next.text == outer && !decoded_.empty()) break;
            decoded_.push_back(std::move(next));
            outer = decoded_.back().text;
        }
    }
    Layers(const Layers&) = delete;  // views of its own texts

    // Runs `detect` over every layer; findings are places of the text itself.
    template <typename Detect>
    void look(Findings& out, Detect detect) const {
        detect(text_, out);
        for (std::size_t level = 0; level < decoded_.size(); ++level) {
            Findings found;
            detect(std::string_view(decoded_[level].text), found);
            for (const Finding& finding : found)
                out.push_back({origin(finding.begin, level), origin(finding.end, level),
                               finding.kind, finding.rank});
        }
    }

  private:
    [[nodiscard]] std::size_t origin(std::size_t offset, std::size_t level) const {
        for (std::size_t i = level + 1; i > 0; --i) offset = decoded_[i - 1].origin(offset);
        return offset;
    }

    std::string_view text_;
    std::vector<Decoded> decoded_;
};

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
    const Findings tokens = redaction::tokens_in(text);
    const Layers layers(text);
    Findings found;
    layers.look(found, [&](std::string_view part, Findings& out) {
        redaction::find_all(part, rules_, out);
    });
    found = redaction::without(redaction::merged(std::move(found)), tokens);
    for (const Finding& finding : found)
        if (redaction::is_secret(finding.kind))
            memory_->learn(text.substr(finding.begin, finding.end - finding.begin), finding.kind,
                           false);
    layers.look(found,
                [&](std::string_view part, Findings& out) { memory_->known().find(part, out); });
    found = redaction::without(redaction::merged(std::move(found)), tokens);

    std::string out;
    out.reserve(text.size());
    std::size_t at = 0;
    for (const Finding& finding : found) {
        out += text.substr(at, finding.begin - at);
        out += memory_->token_for(text.substr(finding.begin, finding.end - finding.begin),
                                  finding.kind);
        at = finding.end;
    }
    out += text.substr(at);
    return out;
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
