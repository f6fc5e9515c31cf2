// What a series or a cause lacks in the monitoring: the parts that decision.cpp chooses from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/monitoring/decision.h"

namespace insight::analysis::monitoring {

inline constexpr base::Nanos kHold = 2 * base::kMinute;  // how long before a rule fires

// A series of the first cause's entity that left its normal range.
// The report must outlive it.
struct Seen {
    const base::Json* clue;
    const base::Json* evidence;
    std::string id;
    base::Nanos onset;
};

std::vector<const base::Json*> alerts_of(const base::Json& report);  // one, or a list
std::string entity_name(const base::Json& holder);

// Nothing where no rule could be said that would have told of it in time.
std::optional<Decision> missing_rule(const Seen& seen, const base::Json& report,
                                     const model::Signals& signals, const std::string& why);
std::optional<Decision> missing_alarm(const Seen& seen, const std::string& why);
std::optional<Decision> missing_recording(const base::Json& report);

}  // namespace insight::analysis::monitoring
