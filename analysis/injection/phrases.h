// What planted orders say: expressions with the family they belong to and their weight.
#pragma once

#include <string_view>
#include <vector>

namespace insight::analysis::injection {

struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::string_view family;
    double weight = 0;
};

// Every phrase in a text whose letters are lower-case where they have cases.
std::vector<Stretch> phrases_in(std::string_view text);

}  // namespace insight::analysis::injection
