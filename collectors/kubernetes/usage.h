// metrics.k8s.io: what pods and nodes use now, as series; earlier samples of ours make them curves.
#pragma once

#include "collectors/collector.h"
#include "collectors/kubernetes/estate.h"
#include "core/kubernetes/client.h"

namespace insight::collectors::kubernetes {

// Containers in one sample: it is kept every pipeline.sampleInterval.
constexpr std::size_t kSampledContainers = 2000;

// "250m", "12345678n", "128974848", "129e6", "123Mi": in units of one; nullopt for anything else
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
std::optional<double> quantity(std::string_view text);

// The present usage in the compact form that is kept as a sample: {"nodes": {name: [cpu, bytes]},
// "containers": {"space/pod/container": [cpu, bytes]}}. `spaces`: empty means all. Errors: as the
// requests fail; NotFound without a metrics server.
base::Result<base::Json> read_usage(insight::kubernetes::Client& client,
                                    const std::vector<std::string>& spaces, std::size_t most,
                                    base::Deadline deadline);

// container.cpu.usage, container.memory.usage, k8s.node.cpu.usage and k8s.node.memory.usage (names
// and units of OpenTelemetry) out of samples in ascending time.
// Points have the time of the sample, not that of the metrics server's own measurement.
std::vector<model::Series> usage_series(const std::vector<store::Sample>& samples,
                                        const Estate& estate, const std::string& cluster);

}  // namespace insight::collectors::kubernetes
