// Which changes were taken back, and by which later one.
#pragma once

#include <map>
#include <vector>

#include "core/model/signals.h"

namespace insight::analysis::changes {

struct Reverts {
    using Pairs = std::map<const model::Change*, const model::Change*>;
    Pairs taken_back_by;  // from the earlier one to the one that takes it back
    Pairs takes_back;     // the other way; of several that it takes back the first
};

// A later change takes an earlier one back when
//   - its message says so, as git writes it: "This reverts commit <sha>", `Revert "<subject>"`,
//     `Reapply "<subject>"`;
//   - it sets the same thing back to what it was before: an image, a number of replicas, a
//     setting, a flag, an index;
//   - it deploys again what the entity ran before;
//   - its diff is the earlier one's the other way round.
// The first such change counts. `changes` in order of time; the last 600 are looked at. They must
// outlive the answer.
Reverts reverts_among(const std::vector<const model::Change*>& changes);

}  // namespace insight::analysis::changes
