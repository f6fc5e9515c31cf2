// What changed between two samples of a PostgreSQL instance. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::postgres {

// A sample: {server:{…}, saturation:{…}, connections:[…], database:{…}, statements:[…],
// tables:[…], relations:[names], indexes:[…], settings:{name: value}, partial:[keys whose list
// was cut]}. A key whose view failed is absent.
struct Moment {
    base::Nanos time = 0;
    const base::Json* sample = nullptr;
};

// Changes between each two neighbours, in ascending time. Lists that are absent or cut on either
// side are not compared. `earliest`: restarts before it are not news.
std::vector<model::Change> changes(const std::string& instance, const std::vector<Moment>& moments,
                                   base::Nanos earliest);

}  // namespace insight::collectors::postgres
