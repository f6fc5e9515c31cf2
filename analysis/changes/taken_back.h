// What it says about a change that it was taken back, or takes another one back.
#pragma once

#include "analysis/changes/reverts.h"
#include "analysis/changes/shipping.h"
#include "analysis/changes/suspect.h"

namespace insight::analysis::changes {

struct Undoing {
    const std::vector<Read>& all;
    const Shipments& shipments;
    const Symptoms& symptoms;
    const model::Incident& incident;
    const EvidenceBook& book;
    Reverts reverts;
};

// Fills in the traits Undone and EndedWith and who undid it. A change that was taken back before
// the trouble began did not bring it about; one whose trouble ended when it was taken back very
// likely did; one whose trouble goes on long after that hardly did. Two that cancel each other
// within half an hour leave what was there before.
void judge_undoing(const Undoing& undoing, const Read& read, Suspect& suspect);

}  // namespace insight::analysis::changes
