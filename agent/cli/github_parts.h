// What the service does with GitHub beside reading: fixes and reviews.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/cli/wiring.h"
#include "agent/fixes/service.h"

namespace insight::cli {

// nullptr when fixes are off. Errors: Invalid (fixes without GitHub), Unavailable (store).
base::Result<std::unique_ptr<fixes::Service>> open_fixes(const config::Config& config,
                                                         Parts& parts);

// For POST /api/v1/reviews; empty without GitHub. `parts` outlives it.
std::function<base::Result<base::Json>(const std::string& target, bool post)> reviews(
    const config::Config& config, Parts& parts);

}  // namespace insight::cli
