// A configuration file as a tree that still knows its lines, so that every complaint can name one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::config {

struct Entry;

struct Tree {
    enum class Kind { Null, Scalar, List, Map };

    Kind kind = Kind::Null;
    int line = 1;
    std::string text;     // of a scalar, as read
    bool quoted = false;  // a quoted scalar is always text
    std::vector<Tree> items;
    std::vector<Entry> entries;  // in the order of the file, keys differ

    [[nodiscard]] const Tree* find(std::string_view key) const;  // nullptr: no such key
};

struct Entry {
    std::string key;
    int line = 1;
    Tree value;
};

// What one file may hold. Aliases are counted at their full size, so that a few lines cannot
// unfold into gigabytes.
struct TreeLimits {
    std::size_t bytes = 1U << 20;
    std::size_t depth = 32;
    std::size_t nodes = 20'000;
};

// YAML 1.2, and JSON as its subset. An empty text gives an empty map. Errors: Invalid ("ORIGIN line
// N: …"), TooLarge.
base::Result<Tree> read_tree(std::string_view text, std::string_view origin,
                             TreeLimits limits = {});

// The values as the YAML core schema types them: null, true, 42, 0.5, text.
base::Json to_json(const Tree& tree);

// "config.yaml line 12: MESSAGE", kind Invalid
tl::unexpected<base::Error> fail_at(std::string_view origin, int line, std::string_view message);

}  // namespace insight::config
