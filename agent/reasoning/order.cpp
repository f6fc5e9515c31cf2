#include "agent/reasoning/order.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

constexpr std::size_t kOrderReach = 3;  // tokens to the name behind "before"

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
    if (left == nullptr || right == nullptr || left->text == right->text) return Order::NotTold;
    const auto first = first_time(testimonies, *left), second = first_time(testimonies, *right);
    if (!first || !second) return Order::Unknown;
    const bool so = word == "after" ? *first > *second : *first < *second;
    return so ? Order::So : Order::Reversed;
}

}  // namespace insight::agent::reasoning
