// A map of the file, checked against the fields declared for it.
#pragma once

#include "config/field.h"
#include "config/secret_reference.h"
#include "config/tree.h"

namespace insight::config {

// Reads a map whose keys are these fields (and `name`, taken as the instance's name, when `named`).
// `path` is its full name, empty for the top level. Defaults are filled in. Errors: Invalid, naming
// line and key: unknown (with the nearest known one), wrong, missing, out of bounds.
base::Result<Instance> read_section(const Tree& tree, const std::string& path,
                                    std::span<const Field> fields, std::span<const Limit> limits,
                                    bool named, Reading& reading);

// "unknown key 'sever' below the top level; did you mean 'server'?"
std::string unknown_key(std::string_view key, std::string_view path,
                        const std::vector<std::string>& known);

// "server.listen"
std::string join_path(std::string_view path, std::string_view key);

}  // namespace insight::config
