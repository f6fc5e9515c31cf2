// What a health scan found: things that grow towards a limit, things that are wrong already, and
// how that differs from the scan before.
#pragma once

#include "core/model/report.h"

namespace insight::model {

enum class HealthArea {
    Memory,
    Disk,
    Connections,
    Load,
    Errors,
    Latency,
    Queues,
    Replication,
    Maintenance,  // vacuum debt, transaction ids
    Certificates,
    Quota,
    State  // what the rules of an investigation found without an alert
};

// How fast something grows. Amounts are in `unit` (UCUM).
struct Growth {
    double level = 0;     // at the end of what was seen
    double per_hour = 0;  // negative where it shrinks
    std::string unit;
    double p_value = 1;  // that a series without growth looks like this
    Interval seen{};
};

// When a limit is met; the interval holds the true time in nine of ten cases.
struct Exhaustion {
    double limit = 0;
    std::string limit_from;  // a series name, or words: "a share ends at one"
    Nanos at = 0;
    Nanos earliest = 0;
    std::optional<Nanos> latest;  // nothing: it may as well never happen
};

// Says that somebody knows and does not want to hear of it until then. Empty matchers match
// everything, but not all of them may be empty.
struct Suppression {
    std::string id;       // "sup-…"
    std::string finding;  // a finding's id
    std::string area;
    std::string entity;    // a name; `*` stands for any run of characters
    std::string subject;   // of a finding, with `*` as well
    std::string owner;     // required
    std::string reason;    // required
    Nanos expires_at = 0;  // required
    Nanos created_at = 0;
    bool configured = false;  // from the configuration file, not from the store
};

struct HealthFinding {
    std::string id;  // "hf-" and 12 hexadecimal digits; the same thing keeps it from scan to scan
    HealthArea area = HealthArea::State;
    Severity severity = Severity::Info;
    Entity entity;
    std::string subject;  // what of it: "pg_database_size_bytes {datname=orders}"
    std::string statement;
    std::vector<std::string> evidence;
    std::optional<Growth> growth;
    std::optional<Exhaustion> exhaustion;
    Recommendation advice;
    bool fresh = false;                      // not found by the scan before
    std::optional<Nanos> first_seen;         // by which scan first
    std::optional<Suppression> suppression;  // who does not want to hear of it
};

// 100 less 5 for each finding of severity info, 20 for each warning and 50 for each critical one,
// never below 0. Suppressed findings count as nothing.
struct HealthScore {
    HealthArea area = HealthArea::State;
    int score = 100;
    int findings = 0;
};

struct GoneFinding {
    std::string id;
    Entity entity;
    std::string statement;  // as the scan before put it
};

struct Health {
    int score = 100;  // the lowest of the areas
    Severity severity = Severity::None;
    std::string schedule;            // its name; empty: asked for by hand
    Nanos due_at = 0;                // of the schedule; 0: asked for by hand
    std::string previous;            // incident id of the scan it was compared with; may be empty
    std::int64_t examined = 0;       // series
    std::vector<HealthScore> areas;  // those that were looked at
    std::vector<HealthFinding> findings;  // worst first
    std::vector<HealthFinding> suppressed;
    std::vector<GoneFinding> gone;
};

std::string_view name(HealthArea area);
std::optional<HealthArea> health_area_from(std::string_view name);

// docs/health-report.schema.json: the "health" of a scan's report.
Json to_json(const Health& health);
Json to_json(const Suppression& suppression);

// A stored "health" of an earlier scan, as far as the next one needs it: ids, entities, areas,
// statements, severities, first_seen. Errors: Invalid.
base::Result<Health> health_from_json(const Json& value);

// A suppression as a person wrote it: needs owner, reason, expires and one matcher; unknown keys
// are errors. Errors: Invalid, one sentence.
base::Result<Suppression> suppression_from_json(const Json& value);

// Does it speak of this finding, at this time?
bool covers(const Suppression& suppression, const HealthFinding& finding, Nanos now);

}  // namespace insight::model
