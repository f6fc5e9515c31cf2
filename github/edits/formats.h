// The edit of one format each; value_edit.h chooses.
#pragma once

#include "github/edits/value_edit.h"

namespace insight::github::edits {

base::Result<Edited> change_yaml(std::string_view content, const ValueChange& change);
base::Result<Edited> change_json(std::string_view content, const ValueChange& change);
// Java properties: comments with # and !, keys before '=', ':' or a space, lines joined by '\'.
base::Result<Edited> change_properties(std::string_view content, const ValueChange& change);
// KEY=value and export KEY=value, values bare or in quotes.
base::Result<Edited> change_env(std::string_view content, const ValueChange& change);

// For the errors of all formats.
tl::unexpected<base::Error> no_such_value(std::string_view path);
base::Status as_expected(const ValueChange& change, const std::string& found, int line);

}  // namespace insight::github::edits
