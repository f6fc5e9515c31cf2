// Reading a report's public JSON as something to show: outside text made harmless, times, names in
// words. Tolerates every missing or odd key.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::report {

// Text that can be shown anywhere: valid UTF-8 without control characters (C0 but tab and newline,
// C1) and without characters that reorder or hide text (Unicode TR #36: bidirectional controls,
// zero-width ones).
std::string visible(std::string_view text);

// The text at a key as one line, or as lines; cut with an ellipsis beyond `limit` bytes.
std::string line_at(const base::Json& object, std::string_view key, std::size_t limit = 2000);
std::string block_at(const base::Json& object, std::string_view key, std::size_t limit = 16'000);

// Any scalar as one line: text as it is, null empty, numbers as JSON writes them.
std::string scalar_line(const base::Json& value, std::size_t limit = 500);

// RFC 3339, or nanoseconds as an integer; nothing for Go's zero time and for what is no time.
std::optional<base::Nanos> time_at(const base::Json& object, std::string_view key);

// "2026-11-20 21:31:58 UTC"; "21:31:58"
std::string date_and_clock(base::Nanos time);
std::string clock_at(const base::Json& object, std::string_view key);  // empty: no time there

// The ids an object cites, in its order: only those made of letters, digits, '-' and '_'.
std::vector<std::string> cited(const base::Json& object);

// All evidence blocks by the number in their id, as (id, block).
std::vector<std::pair<std::string, const base::Json*>> evidence_in_order(const base::Json& report);

// nullptr when the report has no such evidence
const base::Json* find_evidence(const base::Json& report, const std::string& id);

// The curve that tells the story: the first series the first cause cites, else a clue, else any.
// Empty id when the report has none.
std::string key_series(const base::Json& report);

// lock_contention → "lock contention"
std::string words(std::string_view snake);
// {"kind":"database","name":"orders"} → "database orders"
std::string entity_name(const base::Json& holder);
std::string percent(double probability);  // "91 %"
std::string verdict_words(std::string_view verdict);
// "critical, act now"; empty when there is no impact
std::string impact_words(const base::Json& report);
// The incident's title, else its question, else words that fit every incident.
std::string incident_title(const base::Json& incident);
// "firing since 21:31:47", "resolved 09:15:30", …: the state of what opened the incident
std::string alert_state(const base::Json& incident);
// A past incident of `similar`: when, how alike, what was found then, what it was called.
std::string similar_line(const base::Json& similar);
std::string shared_line(const base::Json& similar);  // what both have; empty when nobody says
// "timed out"
std::string outcome_words(std::string_view outcome);

}  // namespace insight::report
