#include "agent/reasoning/subject.h"

#include <algorithm>
#include <array>

#include "agent/reasoning/lookup.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kSubjectReach = 3;  // tokens between a metric and the entity behind it

}  // namespace

Subjects::Subjects(const std::vector<Token>& tokens, const std::vector<Testimony>& testimonies,
                   const std::set<std::string>& names)
    : tokens_(tokens), testimonies_(testimonies), names_(names) {
    for (const Token& token : tokens_) tells_apart_.push_back(tells_apart(token));
}

bool Subjects::tells_apart(const Token& token) const {
    if (token.kind != TokenKind::Name) return false;
    std::size_t all = 0;
    for (const Testimony& testimony : testimonies_) all += testimony.records.size();
    std::size_t with = 0;
    for (const Place& place : places_of(testimonies_, &token)) with += place.is_context() ? 0 : 1;
    return with < all;
}

bool Subjects::is_entity(const Token& token) const {
    return names_.contains(base::lower(token.text));
}

std::vector<Subject> Subjects::of(std::size_t index) const {
    std::vector<Subject> out;
    const Token* object = object_for(index);
    for (const Token* name : names_for(index)) {
        const Token* with = beside(name, index);
        if (with == nullptr) {
            out.push_back({name, nullptr, object});
            continue;
        }
        // "payment and checkout: p99 rose" is said of both.
        for (const Token* one : joined_before(static_cast<std::size_t>(with - tokens_.data())))
            out.push_back({name, one, object});
    }
    return out;
}

std::vector<Place> Subjects::places(const Subject& subject) const {
    const bool done_to = subject.name == nullptr && subject.object != nullptr;
    std::vector<Place> out = done_to ? places_with(testimonies_, *subject.object)
                                     : places_of(testimonies_, subject.name);
    for (const Token* other : {subject.with, subject.object})
        std::erase_if(out, [&](const Place& place) {
            return other != nullptr && !has(*place.record, *other) &&
                   !has(place.testimony->context, *other);
        });
    return out;
}

// The other name that belongs to a subject: of "payment: p99 rose" the entity, of "p99 of payment
// rose" the metric.
const Token* Subjects::beside(const Token* name, std::size_t index) const {
    if (name == nullptr) return nullptr;
    const auto at = static_cast<std::size_t>(name - tokens_.data());
    for (std::size_t i = std::min(at, index); i-- > 0;) {
        if (is_entity(*name) && (tokens_[i + 1].apart || i + kSubjectReach < at)) return nullptr;
        if (is_left_behind(i, index)) continue;
        if (tells_apart_[i] && is_entity(tokens_[i]) != is_entity(*name)) return &tokens_[i];
        if (tells_apart_[i] && is_entity(*name)) return nullptr;
    }
    return nullptr;
}

std::vector<const Token*> Subjects::names_for(std::size_t index) const {
    const std::size_t next = index + 1;  // "3 checkout restarts" are checkout's
    if (tokens_[index].kind == TokenKind::Number && next < tokens_.size() && tells_apart_[next])
        return {&tokens_[next]};
    for (std::size_t i = index; i-- > 0;)
        if (tells_apart_[i] && !is_object(i) && !is_left_behind(i, index)) return joined_before(i);
    for (std::size_t i = index + 1; i < tokens_.size(); ++i)
        if (tells_apart_[i] && !is_object(i)) return joined_behind(i);
    return {nullptr};
}

// "connection to cart refused": behind these stands to whom something is done, and not who does it.
bool Subjects::is_object(std::size_t index) const {
    static constexpr std::array<std::string_view, 5> kTowards{"to", "into", "against", "towards",
                                                              "via"};
    if (index == 0 || !tokens_[index].entity) return false;
    if (is_any(kTowards, tokens_[index - 1])) return true;
    // "cart-1 on node-3"
    return is_word(tokens_, index - 1, "on") &&
           std::any_of(tokens_.begin(), tokens_.begin() + static_cast<std::ptrdiff_t>(index),
                       [](const Token& token) { return token.entity; });
}

// "p99 rose and requests fell": a metric is told of up to an "and" behind which another is named
// that none of its records has.
bool Subjects::is_left_behind(std::size_t name, std::size_t index) const {
    static constexpr std::array<std::string_view, 3> kAnd{"and", "while", "but"};
    if (is_entity(tokens_[name])) return false;
    std::size_t from = index;
    while (from > name && !is_any(kAnd, tokens_[from])) --from;
    const std::vector<Place> places = places_of(testimonies_, &tokens_[name]);
    for (std::size_t i = from + 1; from > name && i <= index; ++i)
        if (tokens_[i].kind == TokenKind::Word && tokens_[i].word == WordKind::Content &&
            std::none_of(places.begin(), places.end(),
                         [&](const Place& place) { return has(*place.record, tokens_[i]); }))
            return true;
    return false;
}

// The one in the same part of the sentence.
const Token* Subjects::object_for(std::size_t index) const {
    for (std::size_t i = index; i-- > 0 && !tokens_[i + 1].apart && !is_word(tokens_, i, "and");)
        if (is_object(i)) return &tokens_[i];
    for (std::size_t i = index + 1;
         i < tokens_.size() && !tokens_[i].apart && !is_word(tokens_, i, "and"); ++i)
        if (is_object(i)) return &tokens_[i];
    return nullptr;
}

std::vector<const Token*> Subjects::joined_before(std::size_t last) const {
    std::vector<const Token*> out{&tokens_[last]};
    for (std::size_t i = last; i > 0;) {
        const std::size_t step = is_word(tokens_, i - 1, "and") ? 2 : 1;
        if (i < step || !is_joined(i - step, last)) break;
        out.push_back(&tokens_[i -= step]);
    }
    return out;
}

std::vector<const Token*> Subjects::joined_behind(std::size_t first) const {
    std::vector<const Token*> out{&tokens_[first]};
    for (std::size_t i = first; i + 1 < tokens_.size();) {
        const std::size_t step = is_word(tokens_, i + 1, "and") ? 2 : 1;
        if (i + step >= tokens_.size() || !is_joined(i + step, first)) break;
        out.push_back(&tokens_[i += step]);
    }
    return out;
}

// "cart and checkout", "cart, checkout": of one kind, and nothing else between them.
bool Subjects::is_joined(std::size_t index, std::size_t with) const {
    return tells_apart_[index] && is_entity(tokens_[index]) == is_entity(tokens_[with]);
}

}  // namespace insight::agent::reasoning
