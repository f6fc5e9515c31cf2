// A fix that was made for an incident, and what is known of its effect. Plain data; no I/O, no
// clock.
#pragma once

#include <string>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace insight::outcomes {

using base::Json;
using base::Nanos;

// proposed: a pull request that is not merged; watched: applied, its effect is awaited; held: the
// signal stayed quiet; recurred: the same cause came back; unproven: nobody can tell; dropped:
// never applied.
enum class Stage { Proposed, Watched, Held, Recurred, Unproven, Dropped };

std::string_view name(Stage stage);

// Who an incident was blamed on, to know it again.
struct Culprit {
    std::string entity;  // name
    std::string cause;   // class
    bool operator==(const Culprit&) const = default;
    [[nodiscard]] bool known() const { return !cause.empty(); }
};

// Of a report in its public shape; nothing where its verdict names no cause.
Culprit culprit_of(const Json& report);

struct Outcome {
    std::string key;  // of the pull request's parcel, or "<incident>:by-hand"
    std::string incident;
    Stage stage = Stage::Proposed;
    std::string what;  // "acme/shop#7", or what a person said
    Json plan;         // of the pull request; null when it was applied by hand
    int number = 0;    // of the pull request
    Culprit culprit;
    Nanos applied_at = 0;
    Nanos disturbed_at = 0;  // the alert came and went again, and nobody could say why
    Nanos look_at = 0;       // not before
    std::string note;        // one sentence: what the stage rests on
    bool told = false;       // those who wait for the stage know of it
    bool over = false;       // nothing more will be learned
};

Json to_json(const Outcome& outcome);
Outcome outcome_from_json(const Json& stored);

}  // namespace insight::outcomes
