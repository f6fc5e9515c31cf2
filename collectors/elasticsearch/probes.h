// What doctor looks at: every request an incident would make, in its smallest form.
#pragma once

#include "collectors/collector.h"
#include "collectors/elasticsearch/product.h"

namespace insight::collectors::elasticsearch {

std::vector<Probe> probe(Api& api, const std::string& indices, bool logs, bool health,
                         const base::Clock& clock, base::Deadline deadline);

}  // namespace insight::collectors::elasticsearch
