// What the kernel knows about a TCP connection, for libraries that do not tell. Threads: safe.
#pragma once

#include <cstdint>
#include <optional>

namespace insight::net {

struct WireCount {
    std::uint64_t received = 0;      // bytes taken from the network since the connection was made
    std::uint64_t acknowledged = 0;  // bytes of ours that the other side confirmed
    std::uint64_t unread = 0;        // received, and still with the kernel
};

// nothing when `socket` is no connected TCP socket
std::optional<WireCount> count_wire(int socket);

}  // namespace insight::net
