// What is investigated, and when. Plain data; identity never depends on enrichment or model text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::model {

using base::Json;
using base::Nanos;
using Labels = std::map<std::string, std::string>;

struct Interval {
    Nanos start = 0;
    Nanos end = 0;
    bool operator==(const Interval&) const = default;
};

// The incident interval plus the baseline interval before it (which may leave a gap, never
// overlaps).
struct Window {
    Nanos start = 0;
    Nanos end = 0;
    Nanos baseline_start = 0;
    Nanos baseline_end = 0;
    bool operator==(const Window&) const = default;
};

struct Scope {
    std::string cluster;
    std::string space;  // the namespace, which C++ keeps as a word of its own
    bool operator==(const Scope&) const = default;
};

enum class AlertStatus { Firing, Resolved };

// One alert as its source sent it.
struct Alert {
    std::string fingerprint;  // 16 hexadecimal digits from Alertmanager; ours where it sent none
    AlertStatus status = AlertStatus::Firing;
    Labels labels;
    Labels annotations;
    Nanos starts_at = 0;
    Nanos ends_at = 0;  // 0 while firing
    std::string generator_url;
};

// One webhook delivery (Alertmanager webhook version 4) after its shape was checked.
struct Delivery {
    std::string receiver;
    std::string group_key;
    std::string external_url;
    std::vector<Alert> alerts;
    std::int64_t truncated_alerts = 0;  // how many the sender left out
    Nanos received_at = 0;
};

enum class Origin { Alert, Question, Scan };

// open: waiting or being investigated; reported: a report exists; failed: no report could be made.
enum class IncidentState { Open, Reported, Failed };

struct Incident {
    std::string id;
    Origin origin = Origin::Alert;
    std::string group_key;      // empty for questions and scans
    std::vector<Alert> alerts;  // in order of startsAt, then fingerprint; the first one opened it
    std::string question;
    std::string service;  // what a question is about, when the asker says so
    std::int64_t truncated_alerts = 0;
    Window window{};  // all zero until it has been planned
    Scope scope;
    Nanos opened_at = 0;
    Nanos resolved_at = 0;  // 0 while any of its alerts fires
    IncidentState state = IncidentState::Open;
};

// "inc-" and 16 hexadecimal digits of SHA-256 over group key, fingerprint and startsAt of the alert
// that opened the incident: the same delivery gives the same identity on every replica.
std::string incident_id(const std::string& group_key, const Alert& opener);

// A short name for lists: the alert's name and summary, or the question.
std::string title(const Incident& incident);

// In place of Alertmanager's fingerprint where a source sends none: 16 hexadecimal digits.
std::string label_fingerprint(const Labels& labels);

std::string_view name(AlertStatus status);
std::string_view name(Origin origin);
std::string_view name(IncidentState state);

// JSON as in incident.json of a snapshot; `from_json` errors: Invalid, naming the key.
Json to_json(const Alert& alert);
Json to_json(const Window& window);
Json to_json(const Scope& scope);
Json to_json(const Incident& incident);
base::Result<Alert> alert_from_json(const Json& value);
base::Result<Incident> incident_from_json(const Json& value);

// The webhook body of Alertmanager, version "4"; unknown keys are ignored. Errors: Invalid, one
// sentence.
base::Result<Delivery> delivery_from_json(const Json& body, Nanos received_at);

}  // namespace insight::model
