// What a member of a Redis cluster says about it, as rows. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace insight::collectors::redis {

// CLUSTER INFO; empty when the text is none.
base::Json cluster_row(std::string_view text);

// CLUSTER NODES, at most `limit` rows; lines that are none are left out.
std::vector<base::Json> cluster_nodes(std::string_view text, std::size_t limit);

}  // namespace insight::collectors::redis
