// Which containers are read around the window, and their lines as log records.
#pragma once

#include "collectors/collector.h"
#include "collectors/kubernetes/estate.h"
#include "core/kubernetes/pod_log.h"

namespace insight::collectors::kubernetes {

struct LogLimits {
    std::size_t pods = 40;
    std::size_t bytes_a_slice = 256U << 10;  // of one container and one part of the window
    std::size_t lines = 20'000;              // of all containers together
};

struct ContainerOf {
    const base::Json* pod = nullptr;
    std::string name;
    bool previous = false;
};

// Unwell pods first, then those of the services in question, then one of every other workload; of
// pods that restarted in the window the run before, too. `left_out` counts pods not chosen.
std::vector<ContainerOf> choose_containers(const Estate& estate, base::Nanos since,
                                           const LogLimits& limits, std::size_t& left_out);

struct LogOutcome {
    std::vector<model::LogRecord> records;
    std::vector<model::CoverageRow> coverage;
};

// A slice from the baseline's begin, one from the incident's begin and one up to its end, each
// bounded: a talkative container loses what lies between. All containers together have `lines`:
// what quiet ones leave is there for the others (log_stretches.h). Coverage rows say what is
// covered. `now` is the cluster's present: a window may be long over.
LogOutcome read_containers(insight::kubernetes::Client& client, const Estate& estate,
                           const std::vector<ContainerOf>& containers, const model::Window& window,
                           const LogLimits& limits, const std::string& cluster, base::Nanos now,
                           base::Deadline deadline);

}  // namespace insight::collectors::kubernetes
