// A wish for a health scan becomes an incident.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/model/incident.h"

namespace insight::agent {

constexpr base::Nanos kUsualScan = 24 * base::kHour;
constexpr base::Nanos kLongestScan = 31 * 24 * base::kHour;

struct ScanRequest {
    std::string name{};     // of the schedule; empty: by hand
    std::string service{};  // what it is about; empty: everything
    model::Scope scope{};
    std::string since{};  // a length of time ("24h") or RFC 3339; empty: a day
    std::string until{};  // RFC 3339; empty: now
};

// Its window is as long as asked for, and so is the time before it that growth is also read from:
// a daily cycle shows twice. Errors: Invalid, naming the part.
base::Result<model::Incident> scan_incident(const ScanRequest& request, base::Nanos now);

// Two tries for the same due time of a schedule give the same id.
std::string scheduled_id(const std::string& schedule, base::Nanos due_at);

}  // namespace insight::agent
