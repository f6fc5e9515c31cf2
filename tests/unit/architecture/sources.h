// Every source of the product: where both architecture tests read.
#pragma once

#include <filesystem>
#include <vector>

#include "tests/tree.h"

namespace insight::architecture {

inline const std::filesystem::path kRoot = test::tree();

/// Headers and sources under the product's top folders, whole paths.
inline std::vector<std::filesystem::path> sources() {
    std::vector<std::filesystem::path> found;
    for (const char* top :
         {"core", "config", "collectors", "analysis", "github", "evomap", "agent"})
        for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / top))
            if (const auto extension = entry.path().extension();
                extension == ".h" || extension == ".cpp")
                found.push_back(entry.path());
    return found;
}

}  // namespace insight::architecture
