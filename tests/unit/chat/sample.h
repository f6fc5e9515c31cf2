// A report with one cause, for the tests of this folder.
#pragma once

#include <fstream>

#include "core/base/json.h"
#include "tests/tree.h"

namespace insight::agent::chat {

inline base::Json sample_report() {
    std::ifstream file(test::tree() / "tests/unit/chat/report.json");
    return base::Json::parse(file);
}

}  // namespace insight::agent::chat
