#include "core/net/tls_tunnel.h"

#include <fmt/format.h>
#include <openssl/ssl.h>
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

#include "core/net/curl_handle.h"
#include "core/net/tls_context.h"

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

// What the other side complained of last. TLS 1.3 refuses a client after the handshake, and
// libcurl then only says that it could not read.
struct Alert {
    std::mutex mutex;
    std::string words;
};

int alert_index() {
    static const int kIndex = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return kIndex;
}

void on_tls_event(const SSL* tls, int where, int value) {
    if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT || (value & 0xff) == SSL_AD_CLOSE_NOTIFY)
        return;
    auto* alert = static_cast<Alert*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(tls), alert_index()));
    if (alert == nullptr) return;
    const std::lock_guard lock(alert->mutex);
    // OpenSSL 3.0 has no words for the newest of them.
    alert->words = (value & 0xff) == SSL_AD_CERTIFICATE_REQUIRED
                       ? "certificate required"
                       : SSL_alert_desc_string_long(value);
}

struct TlsFiles {
    const Tls& tls;
    Alert& alert;
    std::string problem;
};

CURLcode on_tunnel_tls(CURL*, void* context, void* user) {
    auto& files = *static_cast<TlsFiles*>(user);
    auto* settings = static_cast<ssl_ctx_st*>(context);
    files.problem = apply_tls(settings, files.tls, Authorities::Absent);
    SSL_CTX_set_ex_data(settings, alert_index(), &files.alert);
    SSL_CTX_set_info_callback(settings, on_tls_event);
    return files.problem.empty() ? CURLE_OK : CURLE_SSL_CERTPROBLEM;
}

base::Error tunnel_error(CURLcode code, const std::string& where, const char* words) {
    const std::string cause = *words != '\0' ? words : curl_easy_strerror(code);
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT:
            return {ErrorKind::Timeout, where + " accepted no TLS connection in time", cause};
        case CURLE_PEER_FAILED_VERIFICATION:
            return {ErrorKind::Unavailable,
                    where +
                        " shows a certificate that is not trusted: name its authority, or "
                        "correct the address or the certificate",
                    cause};
        case CURLE_SSL_CONNECT_ERROR:
            return {ErrorKind::Unavailable, where + " does not agree on a TLS connection", cause};
        default:
            return {ErrorKind::Unavailable, where + " cannot be reached", cause};
    }
}

// Bytes on their way in one direction.
struct Flow {
    std::array<char, kFlowBytes> bytes{};
    std::size_t start = 0, end = 0;
    [[nodiscard]] bool empty() const { return start == end; }
};

}  // namespace

struct TlsTunnel::Parts {
    Alert alert;  // outlives the connection that writes it
    CurlEasy easy;
    std::array<char, CURL_ERROR_SIZE> words{};
    curl_socket_t socket = CURL_SOCKET_BAD;
    Descriptor theirs, ours;  // the library's end of the pair, and the pump's
    mutable std::mutex mutex;
    std::string complaint;
    std::thread thread;

    // What TLS has for us may lie in its buffers, where poll does not see it: it is asked first.
    bool receive(Flow& in) {
        std::size_t got = 0;
        const CURLcode code = curl_easy_recv(easy.get(), in.bytes.data(), in.bytes.size(), &got);
        if (code == CURLE_AGAIN) return true;
        if (code != CURLE_OK) note(code);
        in.start = 0;
        in.end = code == CURLE_OK ? got : 0;
        return code == CURLE_OK && got > 0;
    }
    void note(CURLcode code) {
        std::string told;
        {
            const std::lock_guard lock(alert.mutex);
            told = alert.words;
        }
        const std::lock_guard lock(mutex);
        if (complaint.empty()) complaint = told.empty() ? curl_easy_strerror(code) : told;
    }
    bool send(Flow& out) {
        std::size_t sent = 0;
        const CURLcode code =
            curl_easy_send(easy.get(), out.bytes.data() + out.start, out.end - out.start, &sent);
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
    ::shutdown(parts_->ours.get(), SHUT_RDWR);
    if (parts_->thread.joinable()) parts_->thread.join();
}

int TlsTunnel::take_descriptor() {
    return parts_->theirs.release();
}

std::string TlsTunnel::complaint() const {
    const std::lock_guard lock(parts_->mutex);
    return parts_->complaint;
}

base::Result<std::unique_ptr<TlsTunnel>> TlsTunnel::open(const std::string& host,
                                                         std::uint16_t port, const Tls& tls,
                                                         const base::Deadline& deadline) {
    if (host.empty() || host.find_first_of("/@?#% \r\n[]") != std::string::npos)
        return base::fail(ErrorKind::Invalid, "the host must be a name or an address");
    auto parts = std::make_unique<Parts>();
    parts->easy.reset(curl_easy_init());
    CURL* easy = parts->easy.get();
    if (easy == nullptr) return base::fail(ErrorKind::Internal, "libcurl could not be started");
    const auto bracketed = [](const std::string& name) {
        return name.find(':') == std::string::npos ? name : "[" + name + "]";
    };
    const std::string where = fmt::format("{}:{}", bracketed(host), port);
    // The name in the address is the one that is verified; it is connected to `host` all the same.
    const std::string named = tls.server_name.empty() ? bracketed(host) : tls.server_name;
    const std::string url = fmt::format("https://{}:{}", named, port);
    const CurlList connect_to(
        curl_slist_append(nullptr, fmt::format("::{}:{}", bracketed(host), port).c_str()));
    TlsFiles files{tls, parts->alert, {}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline.remaining());

    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CONNECT_TO, connect_to.get());
    curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
    curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);  // it is no HTTP that follows
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
    curl_easy_setopt(easy, CURLOPT_CAINFO, nullptr);  // apply_tls has the rules for authorities
    curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_tunnel_tls);
    curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, &files);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, parts->words.data());
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, std::max<long>(left.count(), 1));
    const CURLcode code = curl_easy_perform(easy);
    if (!files.problem.empty()) return base::fail(ErrorKind::Invalid, files.problem);
    if (code != CURLE_OK) return base::fail(tunnel_error(code, where, parts->words.data()));

    std::array<int, 2> pair{};
    if (curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, &parts->socket) != CURLE_OK ||
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
