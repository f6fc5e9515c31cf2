// What a question asks for, told from its words. A question that fits nothing asks what happened.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/chat/zone.h"
#include "core/base/time.h"
#include "core/model/incident.h"

namespace insight::agent::chat {

enum class Topic {
    What,        // what is it
    Why,         // why, and what else it could be
    When,        // since when, and is it still so
    Changed,     // what was changed before
    Do,          // what to do now
    Prevent,     // what keeps it from coming again
    Evidence,    // show E7
    Timeline,    // in order of time
    Postmortem,  // of an incident, or of a stretch of time
    Impact,      // who suffers
    Sure,        // how sure, and what would prove it wrong
    Coverage,    // what was not seen
    Similar,     // was it like this before
    Runbook,     // what is written down for it
    Ahead,       // what is about to go wrong
    Review       // will a pull request hurt
};

std::string_view name(Topic topic);

struct Question {
    std::string text;
    Topic topic = Topic::What;
    std::string evidence;  // "E7", or "C" and sixteen digits
    std::string incident;  // "inc-…" where one is named
    std::string subject;   // what it is about, as it was written: "Cart" of "why is Cart slow?"
    std::optional<model::Interval> interval;  // "last night", "in the last 2 hours"; UTC
    bool current = false;                     // speaks of now: "is slow", "right now"
};

// Times are read on the clock that the question names ("14:00 CET"), else on that of `zone`.
Question understand(std::string_view text, base::Nanos now, const Zone& zone = {});

}  // namespace insight::agent::chat
