#include <fmt/format.h>

#include "analysis/changes/suspect.h"
#include "core/base/text.h"

namespace insight::analysis::changes {

std::string_view name(Trait trait) {
    static constexpr std::array<std::string_view, kTraits> kNames{
        "timing",  "distance", "fit",    "words",    "echo",   "risk",
        "trivial", "shipped",  "before", "bringsIn", "undone", "endedWith"};
    return kNames.at(static_cast<std::size_t>(trait));
}

std::string_view name(Otherwise reason) {
    static constexpr std::array<std::string_view, kOtherwise> kNames{
        "surge", "platform", "external", "recurring", "unchanged", "noFit"};
    return kNames.at(static_cast<std::size_t>(reason));
}

namespace {

// The other half of a pair that cancels, so that nobody reads one without the other.
void tell_undoing(const Suspect& suspect, EvidenceBook& book, Accusation& out) {
    const auto cited = [&](const model::Change& change) {
        out.evidence.push_back(book.add_change(change));
        return fmt::format("\"{}\"", base::shorten(change.summary, 120));
    };
    if (suspect.takes_back != nullptr)
        out.statement += fmt::format(" It takes back {}.", cited(*suspect.takes_back));
    if (suspect.taken_back_by == nullptr || suspect.taken_back == 0) return;
    out.statement += fmt::format(" It was taken back by {}", cited(*suspect.taken_back_by));
    out.statement +=
        suspect[Trait::EndedWith].value > 0 ? ", and what had gone wrong ended then." : ".";
}

}  // namespace

Accusation accuse(const Suspect& suspect, EvidenceBook& book) {
    const model::Change& change = *suspect.change;
    Accusation out;
    out.evidence.push_back(book.add_change(change));
    std::string where = change.kind;
    if (!suspect.entity.name.empty()) {
        // A commit is of no entity: what it came with tells where it acts.
        if (!change.entity.empty())
            where += " of " + change.entity;
        else if (suspect.via != nullptr)
            where += ", deployed with " + suspect.via->entity;
    }
    if (suspect.via != nullptr) {
        out.evidence.push_back(book.add_change(*suspect.via));
        where += fmt::format("{} at {}", change.entity.empty() ? "" : ", deployed",
                             base::format_clock(suspect.via->time));
    } else {
        where += " at " + base::format_clock(change.time);
    }
    out.statement = fmt::format("{} ({})", base::shorten(change.summary, 200), where);
    if (!suspect.touches.empty()) out.statement += " " + suspect.touches;
    out.statement += ".";
    if (suspect.symptom != nullptr) {
        out.statement += " Then: " + suspect.symptom->clue.statement;
        for (const std::string& id : suspect.symptom->clue.evidence) out.evidence.push_back(id);
    }
    tell_undoing(suspect, book, out);
    return out;
}

}  // namespace insight::analysis::changes
