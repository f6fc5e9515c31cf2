// What one configured cluster is read for.
#pragma once

#include "collectors/kubernetes/container_logs.h"
#include "collectors/kubernetes/custom_kinds.h"

namespace insight::collectors::kubernetes {

constexpr std::size_t kWidth = 4;  // requests to one API server at a time

struct Options {
    std::string cluster;
    std::vector<std::string> spaces;  // empty: all
    std::vector<std::string> kinds;   // of the table; empty: all of it
    std::vector<CustomKind> custom;   // besides, whatever `kinds` says
    bool logs = true;
    bool config_values = false;
    std::size_t objects = 20'000;
    LogLimits log_limits;
};

}  // namespace insight::collectors::kubernetes
