#include "agent/reasoning/need.h"

#include <algorithm>

namespace insight::agent::reasoning {
namespace {

constexpr double kWorthAWord = 0.5;  // strength of a clue that still holds

bool nothing_wrong_or_new(const model::Report& report) {
    return report.verdict == model::Verdict::NothingWrong &&
           std::none_of(report.clues.begin(), report.clues.end(), [](const model::Clue& clue) {
               return clue.current && clue.strength >= kWorthAWord;
           });
}

}  // namespace

bool nothing_recorded(const store::Snapshot& snapshot) {
    const model::Signals& signals = snapshot.signals;
    return signals.metrics.empty() && signals.logs.empty() && snapshot.streamed_logs == 0 &&
           signals.spans.empty() && signals.events.empty() && signals.resources.empty() &&
           signals.databases.empty() && signals.changes.empty() && signals.topology.empty();
}

std::optional<Ended> needless(const store::Snapshot& snapshot, const model::Report& report) {
    if (nothing_wrong_or_new(report)) return Ended::NothingToDo;
    if (nothing_recorded(snapshot)) return Ended::NothingRecorded;
    return std::nullopt;
}

}  // namespace insight::agent::reasoning
