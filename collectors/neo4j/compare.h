// What changed between two samples of a Neo4j server. Pure.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/model/signals.h"

namespace insight::collectors::neo4j {

// A sample: {server:{…}, activity:{…}, memory:{…}, databases:[…], long:[…], connections:[…],
// indexes:[…], constraints:[…], store:[…], settings:{name: value}, partial:[views whose list was
// cut or read in part]}. A key whose view failed is absent.
struct Moment {
    base::Nanos time = 0;
    const base::Json* sample = nullptr;
};

// Changes between each two neighbours, in ascending time. Indexes and constraints are compared
// database by database, where both samples read it; lists that were cut are not compared.
// `earliest`: restarts before it are not news.
std::vector<model::Change> changes(const std::string& instance, const std::vector<Moment>& moments,
                                   base::Nanos earliest);

}  // namespace insight::collectors::neo4j
