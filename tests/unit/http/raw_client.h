// A client that sends exactly the bytes it is told to: sockets, nothing that repairs a request.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace insight::http::test {

struct Answer {
    int status = 0;  // 0: the connection ended before a status line
    std::string version;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    bool complete = false;
};

// Every read gives up after ten seconds, so that a hanging server fails a test and does not hang
// it.
class RawClient {
  public:
    explicit RawClient(int port, const char* host = "127.0.0.1", int receive_buffer = 0) {
        const bool six = std::string_view(host).find(':') != std::string_view::npos;
        fd_ = ::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        if (receive_buffer > 0)
            ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(static_cast<std::uint16_t>(port));
        sockaddr_in6 address6{};
        address6.sin6_family = AF_INET6;
        address6.sin6_port = htons(static_cast<std::uint16_t>(port));
        if (six) {
            ::inet_pton(AF_INET6, host, &address6.sin6_addr);
            connected_ =
                ::connect(fd_, reinterpret_cast<sockaddr*>(&address6), sizeof address6) == 0;
        } else {
            ::inet_pton(AF_INET, host, &four.sin_addr);
            connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&four), sizeof four) == 0;
        }
    }
    RawClient(RawClient&& other) noexcept
        : fd_(std::exchange(other.fd_, -1)),
          connected_(other.connected_),
          rest_(std::move(other.rest_)) {}
    RawClient& operator=(RawClient&&) = delete;
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient() { close(); }

    [[nodiscard]] bool connected() const { return connected_; }

    // false when the peer has closed before everything was taken
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }

    void end_sending() { ::shutdown(fd_, SHUT_WR); }

    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    // Ends the connection with a reset, as a crashed client does.
    void reset() {
        const linger now{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }

    // everything until the peer closes
    std::string read_to_end() {
        while (more()) {
        }
        return std::exchange(rest_, {});
    }

    // up to and including the mark; less when the peer closes first
    std::string read_until(std::string_view mark) {
        std::size_t at = 0;
        while ((at = rest_.find(mark)) == std::string::npos)
            if (!more()) return std::exchange(rest_, {});
        std::string taken = rest_.substr(0, at + mark.size());
        rest_.erase(0, at + mark.size());
        return taken;
    }

    Answer read_answer(bool bodiless = false) {
        Answer answer;
        const std::string head = read_until("\r\n\r\n");
        if (head.size() < 12 || !head.starts_with("HTTP/1.")) return answer;
        answer.version = head.substr(0, 8);
        answer.status = std::stoi(head.substr(9, 3));
        std::size_t line = head.find("\r\n") + 2;
        while (line + 2 < head.size()) {
            const auto end = head.find("\r\n", line);
            const auto colon = head.find(':', line);
            std::string key = head.substr(line, colon - line);
            for (char& letter : key) letter = static_cast<char>(::tolower(letter));
            answer.headers[key] = head.substr(colon + 2, end - colon - 2);
            line = end + 2;
        }
        if (bodiless || answer.status == 204 || answer.status == 304 || answer.status == 100) {
            answer.complete = true;
        } else if (answer.headers.contains("content-length")) {
            const auto length = std::stoul(answer.headers["content-length"]);
            while (rest_.size() < length && more()) {
            }
            answer.complete = rest_.size() >= length;
            answer.body = rest_.substr(0, length);
            rest_.erase(0, length);
        } else if (!answer.headers.contains("transfer-encoding")) {
            answer.body = read_to_end();
            answer.complete = true;
        }
        return answer;
    }

    // true when the peer closes or resets without sending anything more
    bool closed_by_peer() { return read_to_end().empty(); }

    Answer exchange(std::string_view request) {
        send(request);
        return read_answer(request.starts_with("HEAD "));
    }

  private:
    bool more() {
        char bytes[16384];
        const auto got = ::recv(fd_, bytes, sizeof bytes, 0);
        if (got <= 0) return false;
        rest_.append(bytes, static_cast<std::size_t>(got));
        return true;
    }

    int fd_ = -1;
    bool connected_ = false;
    std::string rest_;
};

}  // namespace insight::http::test
