// open() of settings.h with time and dice of the caller's: for tests.
#pragma once

#include "core/llm/retry.h"
#include "core/llm/settings.h"
#include "core/llm/wire.h"

namespace insight::llm {

base::Result<std::unique_ptr<Model>> open(const Settings& settings, net::Transport& transport,
                                          const base::Clock& clock, const Pacing& pacing);

// The settings of one model, checked and with everything filled in that has a default. Errors:
// Invalid.
base::Result<Endpoint> complete(Settings settings);

std::unique_ptr<Wire> make_wire(const Endpoint& endpoint);

}  // namespace insight::llm
