// Where a value stands in a document: "spec.containers[name=app].image", "items[2]",
// 'data."application.yaml"'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace insight::github::edits {

struct Step {
    enum class Kind { Key, Index, Where };  // Where: the item whose `key` is `value`

    Kind kind = Kind::Key;
    std::string key;
    std::string value;
    std::size_t index = 0;
    bool operator==(const Step&) const = default;
};

using ValuePath = std::vector<Step>;

// Keys with '.', '[' or '"' in them stand in double quotes, where \" and \\ are understood. Errors:
// Invalid (empty, over 32 steps or 1,024 bytes, unbalanced).
base::Result<ValuePath> parse_value_path(std::string_view text);

// The text that parses to the same path.
std::string to_text(const ValuePath& path);

}  // namespace insight::github::edits
