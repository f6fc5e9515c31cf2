// Where an investigation without the service is kept, so that `replay` makes its report again.
#pragma once

#include <string>
#include <vector>

#include "agent/cli/options.h"
#include "config/config.h"
#include "core/store/snapshot.h"

namespace insight::cli {

// Writes the recorded window with what was exchanged with models. With --keep PATH there, and it is
// an error when that fails; else, where a model was asked, beside the store (the newest 20 are
// kept), and a failure is only told. Says where on standard error.
base::Status keep_analysis(store::Snapshot snapshot, std::vector<base::Json> exchanges,
                           const Options& options, const config::Config& config);

}  // namespace insight::cli
