// What a hub would refuse, found here first: the published rules for Gene, Capsule, event and
// bundle, with the hub's own codes, and a scan for what must not be told to the world.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"

namespace insight::evomap {

using base::Json;

struct Finding {
    std::string code;     // as hubs name it: gene_strategy_required, leak_detected, …
    std::string where;    // "gene.strategy"
    std::string message;  // one sentence; never the secret itself
};

// `assets` is what would be sent. Empty: nothing stands against it.
std::vector<Finding> check_bundle(const Json& assets);

// "gene_strategy_required (gene.strategy): …; …" for people, at most three of them.
std::string in_words(const std::vector<Finding>& findings);

}  // namespace insight::evomap
