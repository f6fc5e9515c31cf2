// The stretch of time that a question speaks of, on the asker's clock: "last night", "since 9",
// "yesterday 14:00", "between 10 and 11:30 on 2026-11-03", "in the last 2 hours".
#pragma once

#include <optional>
#include <string>

#include "agent/chat/zone.h"
#include "core/model/incident.h"

namespace insight::agent::chat {

// In UTC. `text` is in lower case. A clock time alone is the last one that has passed; with nothing
// but one the stretch is from half an hour before it to half an hour after. Nights are from 18:00
// to 08:00. Nothing ends after `now`, and nothing in the future is a stretch.
std::optional<model::Interval> interval_of(const std::string& text, base::Nanos now,
                                           const Zone& zone);

}  // namespace insight::agent::chat
