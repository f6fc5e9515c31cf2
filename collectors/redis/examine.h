// What doctor finds out about one Redis: reachable, allowed, encrypted, in time.
#pragma once

#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/redis/session.h"

namespace insight::collectors::redis {

struct Subject {
    const std::string& instance;
    const Address& address;
    const base::Clock& clock;
};

// One probe a command of commands.h: what is missing when the user may not run it.
std::vector<Probe> examine(Session& session, const Subject& subject, base::Deadline deadline);

// One line of ACL SETUSER with every command of commands.h and no key.
std::string rights(const config::Instance& instance);

}  // namespace insight::collectors::redis
