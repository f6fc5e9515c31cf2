// A scalar of a YAML file as its bytes: where it ends, and how a new one is written in its place.
#pragma once

#include "core/base/json.h"
#include "github/edits/yaml_tree.h"

namespace insight::github::edits {

enum class Style { Plain, Single, Double, Block };

struct ScalarSpan {
    Style style = Style::Plain;
    std::size_t begin = 0;  // behind anchor and tag
    std::size_t end = 0;
    std::size_t indent = 0;  // Block: of its lines; begin is then where the first one starts
};

// Errors: Invalid (a plain text over several lines, quotes that are not closed).
base::Result<ScalarSpan> span_of(std::string_view text, const YamlNode& scalar);

// `before` is the text that stood there: a number stays a number.
std::string write_scalar(const base::Json& value, Style style, bool flow, std::string_view before);

// A key as it is written in front of ':'.
std::string write_key(const std::string& key);

}  // namespace insight::github::edits
