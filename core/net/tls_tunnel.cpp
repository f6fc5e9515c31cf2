#include "core/net/tls_tunnel.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>

#include "core/net/tls_connection.h"

namespace insight::net {
namespace {

using base::ErrorKind;

constexpr std::size_t kFlowBytes = 1U << 16;

class Descriptor {
  public:
    Descriptor() = default;
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void reset(int value = -1) {
        if (value_ >= 0) ::close(value_);
        value_ = value;
    }
    int release() { return std::exchange(value_, -1); }
    [[nodiscard]] int get() const { return value_; }

  private:
    int value_ = -1;
};

// Bytes on their way in one direction.
struct Flow {
    std::array<char, kFlowBytes> bytes{};
    std::size_t start = 0, end = 0;
    [[nodiscard]] bool empty() const { return start == end; }
};

}  // namespace

struct TlsTunnel::Parts {
    std::unique_ptr<TlsConnection> connection;
    curl_socket_t socket = CURL_SOCKET_BAD;
    Descriptor theirs, ours;  // the library's end of the pair, and the pump's
    mutable std::mutex mutex;
    std::string complaint;
    std::thread thread;

    // What TLS has for us may lie in its buffers, where poll does not see it: it is asked first.
    bool receive(Flow& in) {
        std::size_t got = 0;
        const CURLcode code =
            curl_easy_recv(connection->easy.get(), in.bytes.data(), in.bytes.size(), &got);
        if (code == CURLE_AGAIN) return true;
        if (code != CURLE_OK) note(code);
        in.start = 0;
        in.end = code == CURLE_OK ? got : 0;
        return code == CURLE_OK && got > 0;
    }
    void note(CURLcode code) {
        std::string told;
        {
            const std::lock_guard lock(connection->alert.mutex);
            told = connection->alert.words;
        }
        const std::lock_guard lock(mutex);
        if (complaint.empty()) complaint = told.empty() ? curl_easy_strerror(code) : told;
    }
    bool send(Flow& out) {
        std::size_t sent = 0;
        const CURLcode code = curl_easy_send(connection->easy.get(), out.bytes.data() + out.start,
                                             out.end - out.start, &sent);
        out.start += sent;
        if (code != CURLE_OK && code != CURLE_AGAIN) note(code);
        return code == CURLE_OK || code == CURLE_AGAIN;
    }
    bool hand_on(Flow& in) const {
        const ssize_t done = ::send(ours.get(), in.bytes.data() + in.start, in.end - in.start,
                                    MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0) return errno == EAGAIN || errno == EINTR;
        in.start += static_cast<std::size_t>(done);
        return true;
    }
    bool take(Flow& out) const {
        const ssize_t got = ::recv(ours.get(), out.bytes.data(), out.bytes.size(), MSG_DONTWAIT);
        if (got < 0) return errno == EAGAIN || errno == EINTR;
        out.start = 0;
        out.end = static_cast<std::size_t>(got);
        return got > 0;
    }

    // False: one side has ended.
    bool turn(Flow& in, Flow& out) {
        if (in.empty() && !receive(in)) return false;
        const auto wanted = [](bool reading, bool writing) {
            return static_cast<short>((reading ? POLLIN : 0) | (writing ? POLLOUT : 0));
        };
        std::array<pollfd, 2> wait{pollfd{socket, wanted(in.empty(), !out.empty()), 0},
                                   pollfd{ours.get(), wanted(out.empty(), !in.empty()), 0}};
        if (::poll(wait.data(), wait.size(), -1) < 0) return errno == EINTR;
        // What the other side has to say goes first: a refusal explains why a write fails.
        if (wait[0].revents != 0 && in.empty() && !receive(in)) return false;
        if ((wait[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && out.empty() && !take(out))
            return false;
        if (!out.empty() && !send(out)) return false;
        return in.empty() || hand_on(in);
    }

    void run() {
        sigset_t all;
        sigfillset(&all);  // signals of the process go to other threads; a write only fails
        pthread_sigmask(SIG_BLOCK, &all, nullptr);
        Flow in, out;
        while (turn(in, out)) {
        }
        // The library reads an end, not silence. What it still writes goes nowhere: a closed end
        // would raise SIGPIPE in its thread, which knows of no such thing from a socket.
        ::shutdown(ours.get(), SHUT_WR);
    }
};

TlsTunnel::TlsTunnel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

TlsTunnel::~TlsTunnel() {
    // wakes the thread, whose poll() has no time-out
    ::shutdown(parts_->ours.get(), SHUT_RDWR);
    if (parts_->thread.joinable()) parts_->thread.join();
}

int TlsTunnel::take_descriptor() {
    return parts_->theirs.release();
}

const ShownChain& TlsTunnel::chain() const {
    return parts_->connection->chain;
}

std::string TlsTunnel::complaint() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->complaint;
}

base::Result<std::unique_ptr<TlsTunnel>> TlsTunnel::open(const std::string& host,
                                                         std::uint16_t port, const Tls& tls,
                                                         const base::Deadline& deadline) {
    auto connection = connect_tls(host, port, tls, deadline);
    if (!connection) return base::fail(std::move(connection.error()));
    auto parts = std::make_unique<Parts>();
    parts->connection = std::move(*connection);
    parts->socket = parts->connection->socket();
    const std::string where = fmt::format("{}:{}", host, port);

    std::array<int, 2> pair{};
    if (parts->socket == CURL_SOCKET_BAD ||
        ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return base::fail(ErrorKind::Unavailable, "no descriptor is left for " + where);
    parts->theirs.reset(pair[0]);
    parts->ours.reset(pair[1]);
    try {
        parts->thread = std::thread(&Parts::run, parts.get());
    } catch (const std::system_error& error) {
        return base::fail(ErrorKind::Unavailable, "no thread can be had for " + where,
                          error.what());
    }
    return std::unique_ptr<TlsTunnel>(new TlsTunnel(std::move(parts)));
}

}  // namespace insight::net
