// The recorded incident that is part of the binary: a .tar.zst snapshot.
#pragma once

#include <string_view>

namespace insight::cli {

std::string_view demo_snapshot();

}  // namespace insight::cli
