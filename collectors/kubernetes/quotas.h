// How much of every ResourceQuota is used. The API only says how it is now; samples of a running
// service make the curves that tell when a quota will be used up.
#pragma once

#include "collectors/collector.h"
#include "core/kubernetes/client.h"

namespace insight::collectors::kubernetes {

// The compact form that is kept in a sample as "quotas": {"space/quota/resource": [used, hard]}, in
// units of one. At most 2,000 entries; what has no readable amounts is left out.
base::Json quotas_of(const std::vector<base::Json>& objects);

// The same, asked for. Errors: as the requests fail.
base::Result<base::Json> read_quotas(insight::kubernetes::Client& client,
                                     const std::vector<std::string>& spaces,
                                     base::Deadline deadline);

// k8s.resource_quota.used and k8s.resource_quota.hard_limit (names of OpenTelemetry's cluster
// receiver) out of samples in ascending time.
std::vector<model::Series> quota_series(const std::vector<store::Sample>& samples,
                                        const std::string& cluster);

}  // namespace insight::collectors::kubernetes
