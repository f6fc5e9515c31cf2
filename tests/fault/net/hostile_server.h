// A server that does exactly what its script says, byte by byte, for tests of whoever calls out.
// It listens on a free loopback port; every connection gets a thread and runs the script.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace insight::test {

class HostileServer;

// One accepted connection, as its script sees it.
class Peer {
  public:
    // One request, head and body as they came; nothing when the other side is gone.
    std::optional<std::string> read_request();
    // Whatever came, for protocols other than HTTP; empty when the other side is gone.
    std::string read_some() { return receive(); }
    // False when the other side is gone.
    bool send(std::string_view bytes);
    // "HTTP/1.1 200 OK", Content-Length, `headers` (each ending in CRLF) and the body
    bool answer(std::string_view body, std::string_view headers = {},
                std::string_view status = "200 OK");
    // Sleeps; false when the server is being stopped.
    bool pause(std::chrono::milliseconds length);
    // Waits until the other side closes, or the server is stopped.
    void wait_for_close();
    // Ends the connection with a reset instead of an orderly close.
    void reset();

    // counted from 0 in the order of acceptance
    [[nodiscard]] int index() const { return index_; }
    // the subject's common name of the client certificate, empty without one
    [[nodiscard]] std::string client_name() const;

  private:
    friend class HostileServer;
    Peer(HostileServer& server, int socket, int index)
        : server_(server), socket_(socket), index_(index) {}
    std::string receive();

    HostileServer& server_;
    int socket_;
    int index_;
    ssl_st* ssl_ = nullptr;
    std::string pending_;
};

class HostileServer {
  public:
    using Script = std::function<void(Peer&)>;

    struct TlsOptions {
        std::string certificate_file;
        std::string key_file;
        std::string client_ca_file;  // when set, a client certificate is demanded
    };

    explicit HostileServer(Script script, std::optional<TlsOptions> tls = std::nullopt);
    ~HostileServer();  // ends every connection and waits for the scripts
    HostileServer(const HostileServer&) = delete;
    HostileServer& operator=(const HostileServer&) = delete;

    [[nodiscard]] int port() const { return port_; }
    // "http://127.0.0.1:PORT/PATH", https with TLS
    [[nodiscard]] std::string url(std::string_view path = "",
                                  std::string_view host = "127.0.0.1") const;
    [[nodiscard]] int connections() const { return connections_; }
    [[nodiscard]] std::vector<std::string> requests() const;

  private:
    friend class Peer;
    void accept_all();
    void serve(int socket, int index);
    void forget(int socket);
    bool register_socket(int socket);

    Script script_;
    ssl_ctx_st* tls_ = nullptr;
    int listener_ = -1;
    int port_ = 0;
    std::atomic<int> connections_ = 0;
    mutable std::mutex mutex_;
    std::condition_variable stop_changed_;
    bool stopping_ = false;
    std::vector<int> sockets_;
    std::vector<std::string> requests_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
};

// The value of a header of a request as it was sent, trimmed; empty when it was not sent.
std::string sent_header(std::string_view request, std::string_view name);

// A loopback port at which nothing listens.
int refused_port();

}  // namespace insight::test
