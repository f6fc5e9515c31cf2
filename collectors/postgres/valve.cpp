#include "collectors/postgres/valve.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace insight::collectors::postgres {
namespace {

bool is_moment(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

void close_if_open(int descriptor) {
    if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

std::int64_t Valve::Flow::fill(int from, std::size_t most) {
    const auto count = ::recv(from, bytes.data(), std::min(most, bytes.size()), MSG_DONTWAIT);
    begin = 0;
    end = count > 0 ? static_cast<std::size_t>(count) : 0;
    return count;
}

std::int64_t Valve::Flow::drain(int into) {
    const auto count = ::send(into, bytes.data() + begin, end - begin, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) begin += static_cast<std::size_t>(count);
    return count;
}

std::unique_ptr<Valve> Valve::behind(int socket, std::uint64_t allowed) {
    std::unique_ptr<Valve> valve(new Valve);
    int pair[2]{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        return nullptr;
    valve->ours_ = pair[0];
    valve->server_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    // in one step: at no moment does the number stand for nothing, or for another thread's file
    const bool swapped = valve->server_ >= 0 && ::fstat(pair[1], &valve->end_) == 0 &&
                         ::dup3(pair[1], socket, O_CLOEXEC) == socket;
    ::close(pair[1]);
    if (!swapped) return nullptr;
    valve->library_ = socket;
    valve->allowed_ = allowed;
    return valve;
}

Valve::~Valve() {
    if (library_ >= 0) let_out();
    close_if_open(ours_);
    close_if_open(server_);
}

bool Valve::is_behind(int socket) const {
    struct stat now {};
    return socket == library_ && ::fstat(socket, &now) == 0 && now.st_dev == end_.st_dev &&
           now.st_ino == end_.st_ino;
}

std::size_t Valve::unread() const {
    int waiting = 0;
    return ::ioctl(library_, FIONREAD, &waiting) == 0 && waiting > 0
               ? static_cast<std::size_t>(waiting)
               : 0;
}

Valve::Passed Valve::pass(base::Deadline deadline) {
    // What was let in goes to the library before anything else; what the library wrote goes out
    // before more is let in; only then the allowance is looked at, so that an answer which fits it
    // exactly is no failure.
    while (!deadline.passed()) {
        if (!in_.empty() && in_.drain(ours_) > 0) return Passed::Some;
        enum { Library, Server, Ours };
        // A descriptor of -1 is passed over by poll().
        std::array<pollfd, 3> all{{
            {library_, POLLIN, 0},
            {over_ && out_.empty() ? -1 : server_,
             static_cast<short>((over_ ? 0 : POLLIN) | (out_.empty() ? 0 : POLLOUT)), 0},
            {out_.empty() ? ours_ : -1, POLLIN, 0},
        }};
        const auto left = std::clamp<std::int64_t>(deadline.remaining_ms().count(), 1, 60'000);
        if (::poll(all.data(), all.size(), static_cast<int>(left)) < 0 && errno != EINTR)
            return Passed::Some;  // the library will find out what is wrong
        if (all[Ours].revents != 0 || (all[Server].revents != 0 && !out_.empty())) {
            let_out();
            if (out_.empty()) return Passed::Some;
        }
        if (all[Library].revents != 0) return Passed::Some;
        if (over_ || (all[Server].revents & ~POLLOUT) == 0) continue;
        if (allowed_ == 0) return Passed::TooLarge;
        if (let_in()) return Passed::Some;
    }
    return Passed::Timeout;
}

void Valve::let_out() {
    if (out_.empty() && out_.fill(ours_, kGulp) <= 0) return;
    if (out_.drain(server_) >= 0 || is_moment(errno)) return;
    // A server that takes nothing any more may still say why: that is read to its end.
    out_.begin = out_.end;
}

// True when something, be it the end, lies before the library.
bool Valve::let_in() {
    if (in_.empty()) {
        const auto count = in_.fill(server_, std::min<std::uint64_t>(kGulp, allowed_));
        if (count < 0 && is_moment(errno)) return false;
        if (count <= 0) {
            hang_up(count < 0 ? errno : 0);
            return true;
        }
        allowed_ -= static_cast<std::uint64_t>(count);
    }
    // The library has read all it was given, so there is room for a gulp.
    return in_.drain(ours_) > 0;
}

void Valve::hang_up(int failure) {
    over_ = true;
    failure_ = failure;
    // The library reads the end as if the server had said it, and draws its own conclusions.
    ::shutdown(ours_, SHUT_WR);
}

}  // namespace insight::collectors::postgres
