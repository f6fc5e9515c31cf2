// The `tickets` block of the configuration.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/tickets/book.h"
#include "agent/tickets/tracker.h"
#include "config/block.h"

namespace insight::tickets {

extern const config::Block kTicketsBlock;

struct NamedTracker {
    std::string name;
    std::string least_severity;
    std::unique_ptr<Tracker> tracker;
};

Rules rules_of(const config::BlockSettings& block);
// Errors: Invalid, naming the tracker and the key.
base::Result<std::vector<NamedTracker>> trackers_of(const config::BlockSettings& block,
                                                    net::Transport& transport,
                                                    const base::Clock& clock);

// Whether a ticket of this severity is for whoever asked for that least one.
bool reaches(std::string_view severity, std::string_view least);

}  // namespace insight::tickets
