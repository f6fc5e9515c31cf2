// A recorded window, ready for the analysis: its log records were looked at while they were read,
// and let go.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "analysis/logs/log_digest.h"
#include "core/store/snapshot.h"

namespace insight::agent {

struct Recorded {
    store::Snapshot snapshot;
    analysis::logs::LogDigest logs;
};

// Changes the incident before anything looks at it (another window); may be empty.
using Adjustment = std::function<void(model::Incident&)>;

// All three give the same for the same records. Errors: as store::read_snapshot.
base::Result<Recorded> open_recorded(const std::string& path, const Adjustment& adjustment = {});
base::Result<Recorded> unpack_recorded(std::string_view bytes);
Recorded looked_at(store::Snapshot snapshot);

}  // namespace insight::agent
