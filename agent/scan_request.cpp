#include "agent/scan_request.h"

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::agent {
namespace {

using base::ErrorKind;
using base::fail;

std::string clean(const std::string& text) {
    return base::shorten(base::one_line(base::clean_utf8(text)), 256);
}

}  // namespace

std::string scheduled_id(const std::string& schedule, base::Nanos due_at) {
    // The same turn of the same schedule is the same incident in every replica: only one can open
    // it.
    return "inc-" +
           base::sha256_hex("scan\n" + schedule + "\n" + std::to_string(due_at)).substr(0, 16);
}

base::Result<model::Incident> scan_incident(const ScanRequest& request, base::Nanos now) {
    model::Incident incident;
    incident.id = "inc-" + base::random_hex(8);
    incident.origin = model::Origin::Scan;
    incident.opened_at = now;
    incident.question = request.name.empty() ? "Health scan" : "Health scan " + clean(request.name);
    incident.service = clean(request.service);
    incident.scope = {clean(request.scope.cluster), clean(request.scope.space)};
    incident.window.end = now;
    if (!request.until.empty()) {
        const auto until = base::parse_rfc3339(request.until);
        if (!until) return fail(ErrorKind::Invalid, "until: " + until.error().message);
        if (*until > now) return fail(ErrorKind::Invalid, "until: the time lies in the future");
        incident.window.end = *until;
    }
    base::Nanos length = kUsualScan;
    if (!request.since.empty()) {
        const bool is_time = request.since.find('T') != std::string::npos;
        const auto since =
            is_time ? base::parse_rfc3339(request.since) : base::parse_duration(request.since);
        if (!since) return fail(ErrorKind::Invalid, "since: " + since.error().message);
        length = is_time ? incident.window.end - *since : *since;
    }
    if (length < base::kMinute || length > kLongestScan)
        return fail(ErrorKind::Invalid, "since: a scan looks back from one minute to 31 days");
    incident.window.start = incident.window.end - length;
    incident.window.baseline_end = incident.window.start;
    // As long as the window: trends need as much of a past as of a present.
    incident.window.baseline_start = incident.window.start - length;
    return incident;
}

}  // namespace insight::agent
