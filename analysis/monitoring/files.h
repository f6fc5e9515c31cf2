// Decisions as files: Prometheus rules, ServiceMonitors, SkyWalking alarms.
#pragma once

#include <string>
#include <vector>

#include "analysis/monitoring/decision.h"

namespace insight::analysis::monitoring {

// A file of rules as promtool reads it; empty when no decision has a rule.
std::string prometheus_rules(const std::vector<Decision>& decisions, const std::string& incident);

// monitoring.coreos.com/v1 ServiceMonitor; empty when the decision has none.
std::string service_monitor(const Decision& decision);

// rules: of alarm-settings.yml (SkyWalking 9.4 and later); empty when no decision has an alarm.
std::string skywalking_alarms(const std::vector<Decision>& decisions);

}  // namespace insight::analysis::monitoring
