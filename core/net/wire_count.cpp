#include "core/net/wire_count.h"

// <netinet/tcp.h> has an older tcp_info without the byte counts and must not be included beside it.
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace insight::net {

std::optional<WireCount> count_wire(int socket) {
    if (socket < 0) return std::nullopt;
    tcp_info info{};
    socklen_t size = sizeof(info);
    int unread = 0;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return std::nullopt;
    if (ioctl(socket, FIONREAD, &unread) != 0) unread = 0;
    return WireCount{info.tcpi_bytes_received, info.tcpi_bytes_acked,
                     static_cast<std::uint64_t>(unread > 0 ? unread : 0)};
}

}  // namespace insight::net
