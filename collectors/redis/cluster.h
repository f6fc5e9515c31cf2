// What a member of a Redis cluster says about it, as rows. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::redis {

// CLUSTER INFO; empty when the text is none.
base::Json cluster_row(std::string_view text);

// CLUSTER NODES, those that failed or are not linked first; lines that are none are left out.
std::vector<base::Json> cluster_nodes(std::string_view text);

}  // namespace insight::collectors::redis
