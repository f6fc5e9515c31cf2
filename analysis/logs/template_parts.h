// A shape's text in the parts that grouping compares.
#pragma once

#include <cstdint>
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
    bool message = false;   // inside of what a structured line calls its message
    bool quoted = false;    // one word in single quotes
    bool learnt = false;    // a value since different words were found here
    bool states = false;    // … in capitals among them
    bool operator==(const Part& other) const { return kind == other.kind && text == other.text; }
};

// Views into `text`.
std::vector<Part> parts_of(std::string_view text);

// Hashes to compare parts by. `masked`: whatever the part says, it counts as a value.
constexpr std::uint64_t kPrime = 0x100000001b3;
std::uint64_t hash_of(const Part& part, bool masked);
std::uint64_t combine(std::uint64_t state, std::uint64_t next);

// Of all parts, values in a list in any number: "@1 @2 @3" and "@1 @2" are one shape. `mask_ids`:
// what looks like an identifier or follows an assignment counts as a value.
std::uint64_t skeleton(const std::vector<Part>& parts, bool mask_ids);

}  // namespace insight::analysis::logs
