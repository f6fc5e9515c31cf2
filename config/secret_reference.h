// Secrets are given by reference only: `{env: NAME}`, `{file: PATH}` or one whole `${NAME}`.
#pragma once

#include <string>
#include <vector>

#include "config/tree.h"
#include "core/base/secret.h"

namespace insight::config {

// What reading a file's values needs beside the values.
struct Reading {
    std::string origin;                 // how errors name the file
    std::string folder;                 // what relative paths of secret files start from
    std::vector<std::string> warnings;  // in the order of the file
};

// `path` is the key's full name. A file's last line break is dropped; one that everybody may read
// gives a warning. Errors: Invalid; the secret itself is never part of one.
base::Result<base::Secret> read_secret(const Tree& tree, const std::string& path, Reading& reading);

}  // namespace insight::config
