// Who sits at this terminal: the audit chain keeps it.
#pragma once

#include <cstdlib>
#include <string>

#include "core/base/text.h"

namespace insight::cli {

inline std::string actor() {
    const char* name = std::getenv("USER");
    return name != nullptr && *name != '\0' ? base::shorten(base::clean_utf8(name), 100)
                                            : "command line";
}

}  // namespace insight::cli
