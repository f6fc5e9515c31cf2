// A report with one cause, for the tests of this folder.
#pragma once

#include <fstream>

#include "core/base/json.h"

namespace insight::agent::chat {

inline base::Json sample_report() {
    std::ifstream file(std::string(INSIGHT_TEST_DATA) + "/../unit/chat/report.json");
    return base::Json::parse(file);
}

}  // namespace insight::agent::chat
