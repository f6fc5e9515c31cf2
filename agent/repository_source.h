// A configured repository on GitHub as one of the sources of a window: its commits, deployments and
// releases become changes, each question a row of the coverage statement. It stands here because
// collectors and github are rooms of one floor.
#pragma once

#include <memory>

#include "collectors/collector.h"
#include "github/client.h"

namespace insight::agent {

// "github/owner/repo" in the coverage statement and in doctor. `client` outlives it.
std::unique_ptr<collectors::Source> repository_source(github::Client& client,
                                                      const github::Watched& watched);

}  // namespace insight::agent
