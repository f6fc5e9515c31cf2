// Which of two was first: "checkout was refused before cart failed".
#pragma once

#include <vector>

#include "agent/reasoning/subject.h"

namespace insight::agent::reasoning {

enum class Order {
    NotTold,  // the word tells no order, or one of times and lengths of time
    Unknown,  // it does, of things whose times no record tells
    So,       // and their first times have it
    Reversed  // and their first times are the other way round, or the same
};

// For the word at `index`: "before", "after" and "then" tell an order where a name stands on either
// side.
Order order_at(std::size_t index, const std::vector<Token>& tokens, const Subjects& subjects,
               const std::vector<Testimony>& testimonies);

}  // namespace insight::agent::reasoning
