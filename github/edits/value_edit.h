// One value of a file changed, with every other byte kept: comments, layout, quotes, order.
//
// Every edit is checked by reading the file again: the result must differ from the file in that one
// value and nothing else, or the edit is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.h"
#include "core/base/result.h"

namespace insight::github::edits {

enum class Format { Yaml, Json, Properties, Env };

// A Kubernetes object among the documents of a file. Empty parts fit anything.
struct ObjectName {
    std::string kind;
    std::string space;  // namespace; a manifest without one fits any
    std::string name;
    [[nodiscard]] bool empty() const { return kind.empty() && name.empty(); }
    bool operator==(const ObjectName&) const = default;
};

struct ValueChange {
    ObjectName object;  // which document of a YAML file; empty: the file must have one
    std::string path;   // value_path.h; of properties and .env: the key as it stands
    // The value at `path` is itself a file (of a ConfigMap, say): the path within it. Its format is
    // told by the last key of `path`.
    std::string inside;
    std::optional<std::string> expected;  // as text; anything else there is a Conflict
    base::Json value;                     // text, number, true, false or null
    bool may_add = false;                 // where it is not there yet
};

struct Edited {
    std::string content;
    int line = 0;        // of the value, from 1, in the new content
    std::string before;  // the value that stood there, as text; empty when it was added
    bool added = false;
};

// By the file's name: .yaml .yml .json .properties .env (also ".env.production", "prod.env").
std::optional<Format> format_of(std::string_view file);

// A text written for a number or flag stays one: "20" over 10 becomes 20, over "10" becomes "20".
// The same content comes back when the value is there already. Errors: Invalid (format, path, not a
// single value, an alias), NotFound (no such document or value), Conflict (not as expected),
// TooLarge, Corrupt (the edit would have changed something else, too).
base::Result<Edited> change_value(std::string_view file, std::string_view content,
                                  const ValueChange& change);

// The value as text. Errors: as above.
base::Result<std::string> value_in(std::string_view file, std::string_view content,
                                   const ValueChange& where);

// How a value is written where only text is kept: 20, true, null, abc.
std::string plain_text(const base::Json& value);

}  // namespace insight::github::edits
