// INFO of Redis as rows; the keys are documented in collectors/README.md. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::redis {

using base::Json;
using Rows = std::vector<Json>;

// What INFO says, split into views.
struct Info {
    Json info = Json::object();  // empty when the text was no INFO
    Rows keyspace;
    Rows commandstats;
    Rows errorstats;
    Rows replicas;
};
Info parse_info(std::string_view text);

}  // namespace insight::collectors::redis
