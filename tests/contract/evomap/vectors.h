// The golden vectors, read once.
#pragma once

#include <fstream>
#include <sstream>

#include "core/base/json.h"
#include "tests/tree.h"

namespace insight::test {

inline const base::Json& vectors() {
    static const base::Json kVectors = [] {
        std::ifstream file(data() / "evomap/vectors.json");
        std::stringstream text;
        text << file.rdbuf();
        return base::parse_json(text.str(), "the vectors").value();
    }();
    return kVectors;
}

}  // namespace insight::test
