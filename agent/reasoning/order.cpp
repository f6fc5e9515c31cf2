#include "agent/reasoning/order.h"

#include <algorithm>
#include <array>

#include "agent/reasoning/role.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kOrderReach = 3;  // tokens to the name behind "before"

// The word behind it that says something; the size of `tokens` where the part of the sentence ends.
std::size_t next_telling(std::size_t index, const std::vector<Token>& tokens) {
    for (std::size_t i = index + 1; i < tokens.size() && !tokens[i].apart; ++i)
        if (tokens[i].kind != TokenKind::Word || tokens[i].word != WordKind::Neutral) return i;
    return tokens.size();
}

// "before it was restarted", not "12 ms before", "after 50 ms", "before 12:04".
bool orders_events(std::size_t index, const std::vector<Token>& tokens) {
    if (tells_side_of_change(tokens, index)) return false;
    const std::size_t next = next_telling(index, tokens);
    return next < tokens.size() && tokens[next].kind != TokenKind::Number &&
           tokens[next].kind != TokenKind::Moment;
}

// A record says it in these words.
bool stands_there(std::size_t index, const std::vector<Token>& tokens,
                  const std::vector<Testimony>& testimonies) {
    const std::string words = base::lower(tokens[index].text) + " " +
                              base::lower(tokens[next_telling(index, tokens)].text);
    return std::any_of(testimonies.begin(), testimonies.end(), [&](const Testimony& testimony) {
        return std::any_of(testimony.records.begin(), testimony.records.end(),
                           [&](const Record& record) { return has_text(record, words); });
    });
}

}  // namespace

Order order_at(std::size_t index, const std::vector<Token>& tokens, const Subjects& subjects,
               const std::vector<Testimony>& testimonies) {
    static constexpr std::array<std::string_view, 3> kOrder{"before", "after", "then"};
    const std::string word = base::lower(tokens[index].text);
    if (tokens[index].kind != TokenKind::Word ||
        std::find(kOrder.begin(), kOrder.end(), word) == kOrder.end())
        return Order::NotTold;
    const Token *left = nullptr, *right = nullptr;
    for (std::size_t i = index; i-- > 0 && left == nullptr;)
        if (subjects.tells_apart(i)) left = &tokens[i];
    for (std::size_t i = index + 1; i < tokens.size() && i <= index + kOrderReach; ++i)
        if (subjects.tells_apart(i) && right == nullptr) right = &tokens[i];
    if (left == nullptr || right == nullptr || left->text == right->text)
        return orders_events(index, tokens) && !stands_there(index, tokens, testimonies)
                   ? Order::Unknown
                   : Order::NotTold;
    const auto first = first_time(testimonies, *left), second = first_time(testimonies, *right);
    if (!first || !second) return Order::Unknown;
    const bool so = word == "after" ? *first > *second : *first < *second;
    return so ? Order::So : Order::Reversed;
}

}  // namespace insight::agent::reasoning
