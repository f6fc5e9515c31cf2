// What is known about recorded incidents: a file beside the snapshots, never inside them.
//   {"cases":[{"snapshot":"name","causes":[{"service","pod","kind","metric","change"}],
//              "onset":unix_seconds,"healthy":false,"noChange":false,"group":"…"}]}
// Unknown parts are left out; keys that are not known here are ignored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::evaluation {

struct LabelledCause {
    std::string service;
    std::string pod;
    std::string kind;    // of the fault
    std::string metric;  // that shows it
    std::string change;  // the ref of the guilty change
};

struct LabelledCase {
    std::string snapshot;  // a folder, or a .tar.zst without its ending, below the folder evaluated
    std::vector<LabelledCause> causes;  // each of them is a right answer
    std::optional<base::Nanos> onset;
    bool healthy = false;    // "nothing is wrong" is the right answer
    bool no_change = false;  // no change that is listed in the snapshot is to blame
    std::string group;

    [[nodiscard]] bool names_entity() const;
    [[nodiscard]] bool names_change() const;
};

// `where` names the file in errors. Errors: Invalid (which case), TooLarge.
base::Result<std::vector<LabelledCase>> read_labels(std::string_view text, std::string_view where);

}  // namespace insight::evaluation
