// What doctor finds out about one cluster: reached, trusted, let in, in time, allowed, and whether
// it has the kinds that somebody named.
#pragma once

#include "collectors/collector.h"
#include "collectors/kubernetes/options.h"
#include "core/kubernetes/client.h"

namespace insight::collectors::kubernetes {

// Ends with the role for exactly what is read (`least role`), where the server lets us ask.
std::vector<Probe> examine(insight::kubernetes::Client& client, const Options& options,
                           const base::Clock& clock, base::Deadline deadline);

}  // namespace insight::collectors::kubernetes
