// One thing that doctor looked at: at a tracker, at a channel. Looking sends nobody a message.
#pragma once

#include <string>
#include <vector>

#include "agent/outreach/party.h"

namespace insight::outreach {

struct Check {
    std::string what;  // "sign in at https://jira.example", "project OPS"
    bool ok = false;
    std::string finding;
    std::string fix;  // what to do; empty when ok
};
using Checks = std::vector<Check>;

// Whether somebody answers at the address at all, for those that can only be asked by saying
// something: OPTIONS, to which every answer counts.
Check reachable(const Party& party);

// What came of a look, as a check. `fix` is for a refusal; an address that does not answer and a
// server that fails have fixes of their own.
Check checked(std::string what, const Party& party, const Attempt<base::Json>& answer,
              std::string finding, std::string fix);

}  // namespace insight::outreach
