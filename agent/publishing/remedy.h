// A fix that was made, as it can be told to others.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "evomap/seed.h"

namespace insight::agent {

// A change whose effect was looked at on the signal that had raised the alarm.
struct Remedy {
    std::string type;  // code_change, config_change
    std::vector<evomap::SeedFile> files;
    std::string description;
    std::string verification;  // what was looked at, and what it showed
    bool success = false;
    std::vector<std::string> used_assets;  // of the network, whose advice was followed
};

// What a pull request changed, from the plan that was approved. A null plan, of what was done by
// hand, gives no files.
Remedy remedy_of(const base::Json& plan);

}  // namespace insight::agent
