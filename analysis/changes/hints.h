// What the detectors did not dare to call abnormal but what still tells causes apart: messages that
// are new in the window. Used to compare changes with, never shown as clues.
#pragma once

#include "analysis/changes/symptoms.h"
#include "core/model/signals.h"

namespace insight::analysis::logs {
class LogDigest;
}

namespace insight::analysis::changes {

// Messages of failed spans and labels of series (counters by message or error) that the baseline
// does not have or has much less of. At most 150.
std::vector<Symptom> hints_of(const model::Signals& signals, const model::Window& window);

// Templates of logs that began somewhere in the covered time, even before the window. Weight: how
// surprising it is that none of the `n` lines came earlier, (time since the first / covered
// time)^n, corrected for the number of templates; lines below a warning count half. At most 150,
// the heaviest.
std::vector<Symptom> hints_of(const logs::LogDigest& digest);

}  // namespace insight::analysis::changes
