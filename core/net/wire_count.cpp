#include "core/net/wire_count.h"

// <netinet/tcp.h> has an older tcp_info without the byte counts and must not be included beside it.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>

namespace insight::net {

std::optional<WireCount> count_wire(int socket) {
    if (socket < 0) return std::nullopt;
    tcp_info info{};
    socklen_t size = sizeof(info);
    int unread = 0;
    // The unread bytes first: what arrives between the two questions must never make more unread
    // than received, or the difference wraps around to a giant answer.
    if (ioctl(socket, FIONREAD, &unread) != 0 || unread < 0) unread = 0;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
    return WireCount{
        info.tcpi_bytes_received, info.tcpi_bytes_acked,
        std::min(static_cast<std::uint64_t>(unread), std::uint64_t{info.tcpi_bytes_received})};
}

}  // namespace insight::net
