#include "tests/fault/net/hostile_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace insight::test {
namespace {

void must(bool ok, const char* what) {
    if (!ok) throw std::runtime_error(std::string("the hostile server cannot ") + what);
}

int open_listener(int& port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(socket >= 0, "open a socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    must(bind(socket, generic, size) == 0 && getsockname(socket, generic, &size) == 0, "bind");
    port = ntohs(address.sin_port);
    return socket;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

std::size_t content_length(std::string_view head) {
    return std::strtoul(sent_header(head, "Content-Length").c_str(), nullptr, 10);
}

}  // namespace

std::string Peer::receive() {
    std::array<char, 64U << 10> buffer{};
    const auto size = ssl_ != nullptr
                          ? SSL_read(ssl_, buffer.data(), static_cast<int>(buffer.size()))
                          : ::recv(socket_, buffer.data(), buffer.size(), 0);
    return size > 0 ? std::string(buffer.data(), static_cast<std::size_t>(size)) : std::string();
}

std::optional<std::string> Peer::read_request() {
    std::size_t head_end = std::string::npos;
    std::size_t wanted = 0;
    while (true) {
        if (head_end == std::string::npos) {
            head_end = pending_.find("\r\n\r\n");
            if (head_end != std::string::npos)
                wanted =
                    head_end + 4 + content_length(std::string_view(pending_).substr(0, head_end));
        }
        if (head_end != std::string::npos && pending_.size() >= wanted) break;
        const std::string more = receive();
        if (more.empty()) return std::nullopt;
        pending_ += more;
    }
    std::string request = pending_.substr(0, wanted);
    pending_.erase(0, wanted);
    const std::scoped_lock lock(server_.mutex_);
    server_.requests_.push_back(request);
    return request;
}

bool Peer::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ssl_ != nullptr
                              ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                              : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool Peer::answer(std::string_view body, std::string_view headers, std::string_view status) {
    return send(fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                            headers, body));
}

bool Peer::pause(std::chrono::milliseconds length) {
    std::unique_lock lock(server_.mutex_);
    return !server_.stop_changed_.wait_for(lock, length, [this] { return server_.stopping_; });
}

void Peer::wait_for_close() {
    while (!receive().empty()) {
    }
}

void Peer::reset() {
    const linger abort{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
}

std::string Peer::client_name() const {
    if (ssl_ == nullptr) return {};
    X509* certificate = SSL_get1_peer_certificate(ssl_);
    if (certificate == nullptr) return {};
    std::array<char, 256> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    X509_free(certificate);
    return name.data();
}

HostileServer::HostileServer(Script script, std::optional<TlsOptions> tls)
    : script_(std::move(script)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    if (tls) {
        tls_ = SSL_CTX_new(TLS_server_method());
        must(SSL_CTX_use_certificate_chain_file(tls_, tls->certificate_file.c_str()) == 1 &&
                 SSL_CTX_use_PrivateKey_file(tls_, tls->key_file.c_str(), SSL_FILETYPE_PEM) == 1,
             "load its certificate");
        if (!tls->client_ca_file.empty()) {
            must(SSL_CTX_load_verify_file(tls_, tls->client_ca_file.c_str()) == 1, "load the CA");
            SSL_CTX_set_verify(tls_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
    }
    listener_ = open_listener(port_);
    must(listen(listener_, 128) == 0, "listen");
    acceptor_ = std::thread([this] { accept_all(); });
}

HostileServer::~HostileServer() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
    }
    stop_changed_.notify_all();
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    close(listener_);
    SSL_CTX_free(tls_);
}

std::string HostileServer::url(std::string_view path, std::string_view host) const {
    return fmt::format("{}://{}:{}/{}", tls_ != nullptr ? "https" : "http", host, port_, path);
}

std::vector<std::string> HostileServer::requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
}

bool HostileServer::register_socket(int socket) {
    const std::scoped_lock lock(mutex_);
    if (stopping_) return false;
    sockets_.push_back(socket);
    return true;
}

void HostileServer::forget(int socket) {
    const std::scoped_lock lock(mutex_);
    std::erase(sockets_, socket);
    close(socket);
}

void HostileServer::accept_all() {
    while (true) {
        const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (socket < 0) return;
        if (!register_socket(socket)) {
            close(socket);
            return;
        }
        threads_.emplace_back([this, socket, index = connections_++] { serve(socket, index); });
    }
}

void HostileServer::serve(int socket, int index) {
    Peer peer(*this, socket, index);
    bool ready = true;
    if (tls_ != nullptr) {
        peer.ssl_ = SSL_new(tls_);
        SSL_set_fd(peer.ssl_, socket);
        ready = SSL_accept(peer.ssl_) == 1;
    }
    if (ready) script_(peer);
    if (peer.ssl_ != nullptr) {
        if (ready) SSL_shutdown(peer.ssl_);
        SSL_free(peer.ssl_);
    }
    forget(socket);
}

std::string sent_header(std::string_view request, std::string_view name) {
    const std::string_view head = request.substr(0, request.find("\r\n\r\n"));
    const std::size_t at = lower(head).find("\r\n" + lower(name) + ":");
    if (at == std::string::npos) return {};
    std::string_view value = head.substr(at + name.size() + 3);
    value = value.substr(0, value.find("\r\n"));
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
}

int refused_port() {
    int port = 0;
    close(open_listener(port));
    return port;
}

}  // namespace insight::test
