// The block `scans`: schedules and suppressions of health scans.
#pragma once

#include "config/config.h"
#include "config/secret_reference.h"
#include "config/tree.h"

namespace insight::config {

base::Status read_scans(const Tree& tree, Config& config, Reading& reading);

}  // namespace insight::config
