#include "tests/tree.h"

namespace insight::test {

const std::filesystem::path& tree() {
    static const std::filesystem::path root = INSIGHT_TREE;
    return root;
}

}  // namespace insight::test
