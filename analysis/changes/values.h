// Numbers that a diff turned: from what to what, and what the line calls them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/changes/diff.h"

namespace insight::analysis::changes {

// Comparable only within the same dimension: seconds, bytes, anything else.
enum class Dimension { Plain, Seconds, Bytes };

struct Turned {
    std::string key;  // the line without its values, and the heading it stands under
    std::string file;
    std::string before_text;  // as written: "15 * time.Minute"
    std::string after_text;
    double before = 0;  // seconds, bytes or the plain number
    double after = 0;
    Dimension dimension = Dimension::Plain;
    [[nodiscard]] double factor() const;  // after / before; infinite from zero
};

struct Bump {
    std::string name;  // module, image or library
    std::string before;
    std::string after;
    double size = 0;  // 1 another major version, 0.6 minor, 0.2 patch; 0.5 when not numbered
};

struct Values {
    std::vector<Turned> turned;
    std::vector<Bump> bumps;
};

// Removed and added lines are partners when they are the same but for their numbers, or have the
// same key before ':' or '='. Durations and sizes are understood in the notations of configuration
// files, Go, Java and Kubernetes. At most 64 of each.
Values values_of(const std::vector<Hunk>& hunks);

}  // namespace insight::analysis::changes
