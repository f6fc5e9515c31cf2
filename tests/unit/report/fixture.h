// Stored reports as the renderers meet them, and texts nobody may have to fear.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/base/json.h"
#include "tests/tree.h"

namespace insight::report {

inline constexpr std::array<const char*, 3> kReports{"lock_contention", "nothing_wrong",
                                                     "not_enough_evidence"};

inline std::string read_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    std::stringstream out;
    out << stream.rdbuf();
    return out.str();
}

inline base::Json load_report(const std::string& name) {
    const std::string path = test::data() / "reports" / (name + ".json");
    auto report = base::parse_json(read_file(path), path);
    EXPECT_TRUE(report) << path;
    return report.value_or(base::Json::object());
}

// Compares with tests/data/reports/NAME; with INSIGHT_UPDATE_GOLDENS set it writes the file
// instead.
inline void expect_golden(const std::string& name, const std::string& text) {
    const std::string path = test::data() / "reports" / name;
    if (std::getenv("INSIGHT_UPDATE_GOLDENS") != nullptr) {
        std::ofstream(path, std::ios::binary) << text;
        return;
    }
    EXPECT_EQ(read_file(path), text) << "INSIGHT_UPDATE_GOLDENS=1 writes " << path;
}

// Puts `poison` into every text of a report, behind what stands there; keys that decide the shape
// (kinds, ids, times, verdicts) are left alone unless `everything`.
inline base::Json poisoned(base::Json value, const std::string& poison, bool everything,
                           const std::string& key = {}) {
    static const std::set<std::string> shape{
        "kind",   "id",      "evidence", "time",     "verdict", "onset",    "start", "end",
        "status", "outcome", "origin",   "startsAt", "endsAt",  "openedAt", "unit"};
    if (value.is_string() && (everything || shape.count(key) == 0))
        return value.get<std::string>() + poison;
    if (value.is_array() && (everything || shape.count(key) == 0))
        for (base::Json& item : value) item = poisoned(item, poison, everything, key);
    if (value.is_object())
        for (auto it = value.begin(); it != value.end(); ++it)
            *it = poisoned(*it, poison, everything, it.key());
    return value;
}

}  // namespace insight::report
