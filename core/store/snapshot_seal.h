// The end of a .tar.zst of ours: a frame that every zstd reader skips (RFC 8878 section 3.1.2),
// with the SHA-256 of all bytes before it. The manifest guards the files; this guards what lies
// between them and in the compression's own headers.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::store {

std::string seal_of(std::string_view bytes);

// Archives without a seal are fine: other programs make them. Errors: Corrupt, naming `where`;
// Unavailable.
base::Status check_seal(std::string_view bytes, std::string_view where);
base::Status check_seal_of_file(const std::string& path);

}  // namespace insight::store
