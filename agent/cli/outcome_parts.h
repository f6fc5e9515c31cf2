// Whether fixes hold, put together: who knows of a merge, who knows of the alert, who learns of it.
#pragma once

#include <memory>

#include "agent/cli/wiring.h"
#include "agent/outcomes/watch.h"
#include "agent/publishing/publishing.h"

namespace insight::cli {

// `publishing` may be null. Everything given must outlive it.
std::unique_ptr<outcomes::OutcomeWatch> open_outcomes(const config::Config& config, Parts& parts,
                                                      agent::Publishing* publishing);

}  // namespace insight::cli
