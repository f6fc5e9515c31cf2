// Who a signal speaks of. One rule for all signals, so that they meet at the same entity.
#pragma once

#include "core/model/report.h"

namespace insight::analysis {

// Rows also say how other systems stand (alerts of Prometheus, for one); those are no entities.
bool is_data_store(std::string_view system);

// Kind by name of the database instances that were looked at themselves.
std::map<std::string, std::string> kinds_of(const std::vector<model::DatabaseRow>& rows);

// The first of `service.name`, `service`, `app`, `k8s.pod.name`, `pod`, `k8s.node.name`, `node`,
// `host.name`, `instance`, `job`; metrics of a machine name the machine first; metrics
// that exporters of a database write make it a database or cache. Nothing of these: the name is
// empty.
model::Entity entity_of(const model::Labels& labels, std::string_view metric_name = {},
                        const std::map<std::string, std::string>& known_kinds = {});

// Instances of collectors are named like the service label of the metrics about them.
model::Entity entity_of(const model::DatabaseRow& row);

// The labels that tell series of one entity apart ("datname=orders, state=active"); may be empty.
std::string detail_of(const model::Labels& labels);

}  // namespace insight::analysis
