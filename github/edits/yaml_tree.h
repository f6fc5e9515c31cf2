// YAML documents that know where in the file each value stands, to the byte.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "github/edits/value_path.h"

namespace insight::github::edits {

struct YamlEntry;

struct YamlNode {
    enum class Kind { Null, Scalar, List, Map, Alias };

    Kind kind = Kind::Null;
    std::size_t begin = 0;  // offset of its first byte (of an anchor or tag before it)
    int line = 1;
    int column = 0;
    std::string text;       // of a scalar, as read
    bool quoted = false;    // quoted or a block: always text
    bool anchored = false;  // other places may repeat it
    bool flow = false;      // [ … ] or { … }; of a scalar: stands in one
    std::vector<YamlNode> items;
    std::vector<YamlEntry> entries;

    [[nodiscard]] const YamlEntry* find(std::string_view key) const;  // nullptr: no such key
    [[nodiscard]] std::string text_at(std::string_view key) const;    // of a scalar; else empty
};

struct YamlEntry {
    YamlNode key;
    YamlNode value;
};

// All documents of a file. Errors: Invalid (not YAML, a key twice), TooLarge (4 MiB, 200,000
// values, 64 levels).
base::Result<std::vector<YamlNode>> read_yaml(std::string_view text);

// How far a path leads: the last node that is there, and how many steps lead to it.
struct Found {
    const YamlNode* node = nullptr;
    const YamlNode* key = nullptr;  // of the last step, when that is a key
    std::size_t steps = 0;
    bool by_alias = false;  // an alias stands in the way
};
Found follow(const YamlNode& root, const ValuePath& path);

// The same content: kinds, texts, order; not layout and comments.
bool same_content(const YamlNode& left, const YamlNode& right);

}  // namespace insight::github::edits
