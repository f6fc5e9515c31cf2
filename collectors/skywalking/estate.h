// Services, who calls whom, and which of them the incident is about. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "collectors/skywalking/names.h"
#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::skywalking {

// Answers of listServices and of getAllServices (before 9.0).
std::vector<Service> services_of(const base::Json& list);

struct Call {
    std::string source;  // SkyWalking's names
    std::string target;
    bool source_normal = true;
    bool target_normal = true;
};

struct Map {
    std::vector<Service> nodes;  // those the list of services may not have
    std::vector<Call> calls;     // without those of the anonymous user
};

// Answer of getGlobalTopology.
Map map_of(const base::Json& topology, std::size_t most);

std::vector<model::Edge> edges_of(const Map& map, const Names& names);

// Is the incident about this service? Its alerts' labels, the service asked for, or a word of the
// question says its name, SkyWalking's or the plain one.
bool is_asked_for(const Service& service, const model::Incident& incident);

// Positions in `services`: those asked for, what they call (two steps), who calls them, the others.
// `focus`: how many of them the incident is about or near to; 0: nothing points to any.
struct Order {
    std::vector<std::size_t> positions;
    std::size_t asked = 0;
    std::size_t focus = 0;
};
Order order_of(const std::vector<Service>& services, const Map& map,
               const model::Incident& incident);

}  // namespace insight::collectors::skywalking
