// Users as spans name them.
#pragma once

#include <set>
#include <span>
#include <string>

#include "analysis/users/tally.h"
#include "core/model/signals.h"

namespace insight::analysis::users {

// What is asked of the spans.
struct Question {
    model::Window window;
    model::Nanos since = 0;        // when trouble began
    std::set<std::string> places;  // names of entities that trouble is at; empty: anywhere
};

// A trace is one request of whoever any of its spans names. It went wrong where it touches one of
// the places and its topmost recorded span failed or was far too slow: more than twice as long as
// 99 of 100 of the same kind took before (asked only where at least 20 were seen). What fails
// below and is made good above, nobody felt. Places that no span speaks of narrow nothing down.
Tally count(std::span<const model::Span> spans, const Question& question);

}  // namespace insight::analysis::users
