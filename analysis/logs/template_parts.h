// A shape's text in the parts that grouping compares.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace insight::analysis::logs {

enum class PartKind {
    Word,    // letters only
    Name,    // a name from the program's text: fooBar
    Id,      // constant text that looks like an identifier: a.b.C, a_b, x/y, text in quotes
    State,   // a word in capitals
    Value,   // what the scan called a value, alone or glued to text
    Between  // white space and delimiters
};

struct Part {
    PartKind kind;
    std::string_view text;
    bool assigned = false;  // stands right after "=", or after ":" inside a sentence
    bool operator==(const Part& other) const { return kind == other.kind && text == other.text; }
};

// Views into `text`.
std::vector<Part> parts_of(std::string_view text);

}  // namespace insight::analysis::logs
