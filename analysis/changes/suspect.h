// Which change is to blame, if any: every change joined with what went wrong.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "analysis/finding.h"
#include "analysis/sight.h"
#include "core/model/report.h"

namespace insight::analysis::changes {

// What speaks for and against a change; each from 0 to 1.
enum class Trait : std::size_t {
    Timing,     // how surprising a change this close before the onset is
    Distance,   // 1: changed where it hurts; falls with every step of the topology
    Fit,        // what the diff touches brings about what was observed
    Words,      // diff and symptoms speak of the same things in words nobody else uses
    Echo,       // a value or name of the diff turns up in the telemetry
    Risk,       // how often changes of what it touches do harm
    Trivial,    // it cannot change what runs, or keeps behaviour
    Shipped,    // how surely it was live
    Before,     // share of the symptoms that began before it went live
    BringsIn,   // it only brings in another listed change, which is weighed itself
    Undone,     // it was taken back before it began, or it goes on after that
    EndedWith,  // what went wrong ended when it was taken back
    kCount
};

inline constexpr std::size_t kTraits = static_cast<std::size_t>(Trait::kCount);

struct Judged {
    double value = 0;
    std::string reason;  // one line, for people
};

struct Suspect {
    const model::Change* change =
        nullptr;  // the commit where one is known, else the deploy, flag, …
    const model::Change* via = nullptr;         // the deploy that made a commit live; may be null
    std::vector<const model::Change*> carries;  // for a deploy: the commits that came with it
    model::Entity entity;                       // whose behaviour it changed; the name may be empty
    model::Level level = model::Level::Code;
    model::Nanos live = 0;  // when it went live; 0: not before the end of the window
    std::array<Judged, kTraits> traits;
    double total = 0;                  // hand-weighed log-odds
    std::string touches;               // "lowers the size of a pool from 50 to 10"; may be empty
    const Finding* symptom = nullptr;  // the one it explains best; null: the alert alone
    const model::Change* taken_back_by = nullptr;
    model::Nanos taken_back = 0;  // when that was live; 0: not before the end of the window
    const model::Change* takes_back = nullptr;

    const Judged& operator[](Trait trait) const {
        return traits.at(static_cast<std::size_t>(trait));
    }
    Judged& operator[](Trait trait) { return traits.at(static_cast<std::size_t>(trait)); }
};

// What speaks for it that no listed change is to blame; each from 0 to 1.
enum class Otherwise : std::size_t {
    Surge,      // more load from outside explains the symptoms
    Platform,   // name resolution, certificates, nodes, networks: below or beside every change
    External,   // a dependency that is not ours
    Recurring,  // it happened before, in the baseline
    Unchanged,  // nothing went live near the onset where it hurts
    NoFit,      // no change touches anything that brings about what was observed
    kCount
};

inline constexpr std::size_t kOtherwise = static_cast<std::size_t>(Otherwise::kCount);

struct Suspicion {
    std::vector<Suspect> suspects;  // highest total first; at most 50
    std::array<Judged, kOtherwise> otherwise;
    double no_change = 0;      // hand-weighed log-odds, comparable with Suspect::total
    std::size_t examined = 0;  // changes looked at
    model::Nanos onset = 0;    // what timing was measured against
};

// How likely the trouble arises at an entity, as far as the signals say without any change; by
// name, together at most 1. What is missing is not known.
using Arising = std::map<std::string, double>;

// Pure. Deploys whose commit is listed are represented by the commit.
Suspicion weigh_changes(const Sight& sight, const Detection& detection, const Arising& arising);
// The same where no logs were collected.
Suspicion weigh_changes(const model::Incident& incident, const model::Signals& signals,
                        const Topology& topology, const Detection& detection,
                        const Arising& arising = {});

std::string_view name(Trait trait);
std::string_view name(Otherwise reason);

struct Accusation {
    std::string statement;
    std::vector<std::string> evidence;  // the change, its deploy, the symptom
};

// "<summary> (commit of orders, deployed 14:18:00) lowers the size of a pool from 50 to 10; …",
// with the evidence that proves it.
Accusation accuse(const Suspect& suspect, EvidenceBook& book);

}  // namespace insight::analysis::changes
