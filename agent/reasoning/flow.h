// Which way bytes go over the network: what people say of it, and what metrics are called.
#pragma once

#include <vector>

#include "agent/reasoning/record.h"
#include "agent/reasoning/token.h"

namespace insight::agent::reasoning {

// Marks what tells a way: "sends", "receives", "writes … to the network", "reads … from the
// network". "is sent" tells the other way round and is not marked.
void read_flows(std::vector<Token>& tokens);

// Does the record measure what goes that way, and not what was lost on it?
bool measures(const Record& record, Flow flow);

}  // namespace insight::agent::reasoning
