// Files that a person names on the command line.
#pragma once

#include <string>

#include "core/base/result.h"

namespace insight::cli {

// At most `limit` bytes. Errors: NotFound, TooLarge.
base::Result<std::string> read_text(const std::string& path, std::size_t limit);

// Replaces what is there. Errors: Unavailable.
base::Status write_text(const std::string& path, const std::string& text);

}  // namespace insight::cli
