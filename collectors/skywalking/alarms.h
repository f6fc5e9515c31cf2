// Alarms that SkyWalking's own rules raised, and events of its agents. Pure but for the reading.
#pragma once

#include <vector>

#include "collectors/coverage.h"
#include "collectors/skywalking/batch.h"
#include "collectors/skywalking/features.h"
#include "collectors/skywalking/names.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

// An alarm as a record: severity by its tag "level", else a warning; `event.name` is
// "skywalking.alarm", `skywalking.alarm.scope` what it is about.
std::vector<model::LogRecord> alarms_of(const base::Json& answer, const Names& names,
                                        const model::Scope& scope);

struct Happened {
    std::vector<model::Change> changes;  // an instance was started or shut down by hand or rollout
    std::vector<model::LogRecord> records;  // everything else
};

Happened events_of(const base::Json& answer, const Names& names, const model::Scope& scope,
                   const std::string& ref);

struct AlarmOrder {
    model::Interval interval;
    base::Nanos zone = 0;
    model::Scope scope;
};

// Adds one row of coverage for alarms and one for events.
Happened read_alarms(Api& api, const Features& features, const Names& names,
                     const AlarmOrder& order, Coverage& coverage, base::Deadline deadline);

}  // namespace insight::collectors::skywalking
