#include "analysis/changes/taken_back.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/time.h"

namespace insight::analysis::changes {
namespace {

using model::Nanos;

constexpr Nanos kUndoTolerance = 30 * base::kSecond;  // clocks and sampling
constexpr Nanos kEnding = 10 * base::kMinute;         // queues drain, caches fill, alerts resolve
constexpr Nanos kGoesOn = 5 * base::kMinute;
constexpr Nanos kCancels = 30 * base::kMinute;
constexpr double kSays = 0.15;  // weight from which a symptom is listened to; over ones weigh less
constexpr double kMostOfThem = 0.5;  // share of the symptoms that must end

const Shipping* shipping_of(const Undoing& undoing, const model::Change& change) {
    for (const Read& read : undoing.all)
        if (read.change == &change) return &undoing.shipments.of(read);
    return nullptr;
}

// Taken back itself, or the deploy that carried it was.
const model::Change* undone_by(const Reverts& reverts, const Suspect& suspect) {
    for (const model::Change* change : {suspect.change, suspect.via}) {
        if (change == nullptr) continue;
        const auto it = reverts.taken_back_by.find(change);
        if (it != reverts.taken_back_by.end()) return it->second;
    }
    return nullptr;
}

std::optional<Nanos> end_of(const Finding& finding, const EvidenceBook& book) {
    if (finding.clue.current) return std::nullopt;
    for (const std::string& id : finding.clue.evidence) {
        const model::Evidence* evidence = book.find(id);
        if (evidence == nullptr) continue;
        if (const double end = base::number_at(evidence->content, "end"); end > 0)
            return base::from_seconds(end);
        const auto said =
            base::parse_rfc3339(base::text_at(base::object_at(evidence->content, "facts"), "end"));
        if (said) return *said;
    }
    return std::nullopt;
}

// Weights of the symptoms that began with the change: of all, of those that ended when it was taken
// back, and of those that go on.
struct Fate {
    double all = 0;
    double ended = 0;
    double going_on = 0;
};

Fate fate_of(const Undoing& undoing, const Suspect& suspect) {
    Fate fate;
    const auto count = [&](double weight, std::optional<Nanos> end, bool current) {
        fate.all += weight;
        if (current) fate.going_on += weight;
        if (end && *end >= suspect.taken_back - kUndoTolerance &&
            *end <= suspect.taken_back + kEnding)
            fate.ended += weight;
    };
    for (const Symptom& symptom : undoing.symptoms.all) {
        if (symptom.finding == nullptr || !symptom.harmful || symptom.weight < kSays) continue;
        if (symptom.onset && *symptom.onset + kUndoTolerance < suspect.live) continue;
        count(symptom.weight, end_of(*symptom.finding, undoing.book),
              symptom.finding->clue.current);
    }
    for (const model::Alert& alert : undoing.incident.alerts)
        if (alert.ends_at > alert.starts_at && alert.ends_at <= undoing.incident.window.end)
            count(1, alert.ends_at, false);
    return fate;
}

// When the trouble began, counting what is over by now: it is what a revert may have ended.
Nanos began(const Undoing& undoing, const Suspect& suspect) {
    Nanos first = undoing.symptoms.onset;
    for (const Symptom& symptom : undoing.symptoms.all)
        if (symptom.finding != nullptr && !symptom.finding->clue.current && symptom.harmful &&
            symptom.weight >= kSays && symptom.onset &&
            *symptom.onset + kUndoTolerance >= suspect.live)
            first = std::min(first, *symptom.onset);
    return first;
}

}  // namespace

void judge_undoing(const Undoing& undoing, const Read& read, Suspect& suspect) {
    suspect[Trait::Undone] = {0, "was not taken back"};
    suspect[Trait::EndedWith] = {0, "was not taken back"};
    if (const auto it = undoing.reverts.takes_back.find(read.change);
        it != undoing.reverts.takes_back.end()) {
        suspect.takes_back = it->second;
        const Shipping* first = shipping_of(undoing, *it->second);
        if (first != nullptr && first->live != 0 && suspect.live != 0 &&
            suspect.live - first->live < kCancels)
            suspect[Trait::Undone] = {0.5, "restores what was there shortly before"};
    }
    suspect.taken_back_by = undone_by(undoing.reverts, suspect);
    if (suspect.taken_back_by == nullptr) return;
    const Shipping* shipping = shipping_of(undoing, *suspect.taken_back_by);
    suspect.taken_back = shipping == nullptr ? suspect.taken_back_by->time : shipping->live;
    // A revert that never went live undid nothing.
    if (suspect.taken_back == 0) return;
    const std::string clock = base::format_clock(suspect.taken_back);
    if (suspect.taken_back + kUndoTolerance < began(undoing, suspect)) {
        suspect[Trait::Undone] = {1, fmt::format("was taken back at {}, before it began", clock)};
        return;
    }
    const Fate fate = fate_of(undoing, suspect);
    if (fate.all == 0) return;
    if (const double share = fate.ended / fate.all; share >= kMostOfThem)
        suspect[Trait::EndedWith] = {
            share, fmt::format("it ended when the change was taken back at {}", clock)};
    if (const double share = fate.going_on / fate.all;
        share >= kMostOfThem && suspect.taken_back + kGoesOn < undoing.incident.window.end)
        suspect[Trait::Undone] = {
            0.5 * share, fmt::format("it goes on after the change was taken back at {}", clock)};
}

}  // namespace insight::analysis::changes
