// The checkout that the tests belong to. Its path is known to one source: with it in the others'
// compile lines no two checkouts would share a compiler cache.
#pragma once

#include <filesystem>

namespace insight::test {

const std::filesystem::path& tree();

// tests/data: captured answers, golden vectors
inline std::filesystem::path data() {
    return tree() / "tests/data";
}

}  // namespace insight::test
