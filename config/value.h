// One value of the file, checked against the type its key was declared with.
#pragma once

#include "config/field.h"
#include "config/secret_reference.h"
#include "config/tree.h"

namespace insight::config {

// Every type but Secret: Text, Url and Duration give text, Count a whole number (not negative),
// Flag a boolean, TextMap an object and TextList an array of texts. `${NAME}` is expanded. Errors:
// Invalid, naming line and key and what is expected.
base::Result<base::Json> read_value(const Tree& tree, FieldType type, const std::string& path,
                                    const Reading& reading);

// "a whole number": for errors, schema and docs
std::string_view describe(FieldType type);

// The URL is absolute http or https with a host and carries no user or password. Errors: Invalid.
base::Status check_url(std::string_view url);

}  // namespace insight::config
