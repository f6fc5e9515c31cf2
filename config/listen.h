// Where the service listens: "127.0.0.1:8080", "[::1]:0", ":8080".
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace insight::config {

struct Listen {
    std::string address;  // an IP address without brackets
    int port = 0;         // 0 picks a free one
};

// "localhost" means 127.0.0.1; no address means every IPv4 address of the machine. Errors: Invalid.
base::Result<Listen> parse_listen(std::string_view text);

// 127.0.0.0/8 and ::1
bool is_loopback(const std::string& address);

}  // namespace insight::config
