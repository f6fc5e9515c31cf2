// Redis's error replies told apart ("-CODE text"; redis.io, RESP errors and ACL).
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::collectors::redis {

// `instance`, `user` and `command` are named in the message.
base::Error explain(std::string_view instance, std::string_view user, std::string_view command,
                    std::string_view reply);

// Why a living server would not serve us ("max_clients", "loading", "busy"): that is a finding.
// Empty for every other failure.
std::string_view refusal(std::string_view reply);

}  // namespace insight::collectors::redis
