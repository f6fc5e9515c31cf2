// What the service does with GitHub beside reading: fixes and reviews.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/cli/wiring.h"
#include "agent/fixes/service.h"

namespace insight::cli {

// nullptr when fixes are off. `models` outlive it. Errors: Invalid (fixes without GitHub, patches
// without a model), Unavailable (store).
base::Result<std::unique_ptr<fixes::Service>> open_fixes(const config::Config& config, Parts& parts,
                                                         const agent::ReasonStage& models);

// For POST /api/v1/reviews; empty without GitHub. `parts` outlives it.
std::function<base::Result<base::Json>(const std::string& target, bool post)> reviews(
    const config::Config& config, Parts& parts);

}  // namespace insight::cli
