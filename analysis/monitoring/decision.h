// After an incident: which metric, alert rule, recording rule or APM setting was missing, and which
// alert was noise.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/report.h"
#include "core/model/signals.h"

namespace insight::analysis::monitoring {

enum class Kind { Metric, AlertRule, RecordingRule, ApmSetting };
enum class Lack { Missing, Noisy };

// A Prometheus rule. `alert` or `record` is set.
struct Rule {
    std::string alert;
    std::string record;
    std::string expression;
    base::Nanos hold = 0;  // `for` of an alert
    model::Labels labels;
    model::Labels annotations;
};

// What the Prometheus operator has to scrape.
struct Scrape {
    std::string space;
    std::string service;
    std::string port;        // by name
    model::Labels selector;  // labels of the Service
};

// A rule of SkyWalking's alarm-settings.yml (MQE, since 9.4).
struct Alarm {
    std::string name;  // ends with _rule
    std::string expression;
    std::string service;
    int period = 10;  // minutes looked at
    std::string message;
};

struct Decision {
    Kind kind = Kind::AlertRule;
    Lack lack = Lack::Missing;
    model::Entity entity;
    std::string subject;                // the metric or the alert it is about
    std::string reason;                 // why, one or two sentences
    std::vector<std::string> evidence;  // ids of the report
    std::optional<Rule> rule;
    std::optional<Scrape> scrape;
    std::optional<Alarm> alarm;
    base::Nanos hold = 0;  // Noisy: the least `for` that would have kept it quiet
};

// Pure and conservative: a rule is missing only where a quantity of the first cause left its normal
// range by far and nobody was told, or more than five minutes late; an alert is noise only where
// nothing was wrong. `report` is the public JSON. At most 8.
std::vector<Decision> decide(const base::Json& report, const model::Signals& signals);

std::string_view name(Kind kind);
std::string_view name(Lack lack);

}  // namespace insight::analysis::monitoring
