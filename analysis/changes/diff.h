// A unified diff, or what people abbreviate it to, taken apart.
#pragma once

#include <string>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::changes {

struct Hunk {
    std::string file;    // empty when the diff does not say
    std::string header;  // what stands beside @@: often the function
    std::vector<std::string> removed;
    std::vector<std::string> added;
    std::vector<std::string> context;
    // Lines in their order with their sign ('-', '+', ' '), for what lies inside what.
    std::vector<std::pair<char, std::string>> lines;
    // Where it begins in the file before and after; 0: its @@ line has no numbers.
    std::size_t old_start = 0;
    std::size_t new_start = 0;
};

// Accepted: git's and POSIX' unified form, hunks whose @@ line holds a path or a function, and bare
// + and - lines. Nothing is an error; what cannot be read is context. A change without a diff but
// with `before` and `after` (a setting, a flag, a number of replicas) gives the lines that differ.
// Bounded: 64 KiB, 2,000 lines, 400 bytes a line.
std::vector<Hunk> hunks_of(const model::Change& change);

// Every file the change names: its list and the paths of its diff.
std::vector<std::string> files_of(const model::Change& change, const std::vector<Hunk>& hunks);

}  // namespace insight::analysis::changes
