// Streamable HTTP (MCP specification, transports: 2025-03-26 and later): every message is a POST of
// its own, answered with JSON or with a stream of server-sent events that ends with the answer.
#pragma once

#include <atomic>
#include <mutex>

#include "core/mcp/endpoint.h"
#include "core/mcp/wire.h"

namespace insight::mcp {

class HttpWire final : public Wire {
  public:
    // Both must outlive the wire.
    HttpWire(const Endpoint& endpoint, net::Transport& transport)
        : endpoint_(endpoint), transport_(transport) {}
    ~HttpWire() override;  // ends the session, within a second

    base::Result<Answer> ask(const Ask& ask, base::Deadline deadline) override;
    base::Status tell(const Ask& note, base::Deadline deadline) override;
    [[nodiscard]] bool usable() const override { return !lost_; }
    bool tools_changed() override { return tools_changed_.exchange(false); }
    void set_headers(const std::vector<net::Header>& headers) override;

  private:
    [[nodiscard]] net::Request request(const Ask& ask, std::string body, base::Deadline deadline);
    base::Result<Answer> verdict(const net::Response& response, const std::string& body,
                                 std::int64_t id, const Ask& ask);
    void reply(const Incoming& message, base::Deadline deadline);
    void remember_session(const net::Response& response);
    [[nodiscard]] bool has_session();

    const Endpoint& endpoint_;
    net::Transport& transport_;
    std::mutex mutex_;  // session_ and headers_
    std::string session_;
    std::vector<net::Header> headers_;
    std::atomic<std::int64_t> last_id_ = 0;
    std::atomic<bool> lost_ = false;  // the server forgot the session
    std::atomic<bool> tools_changed_ = false;
};

}  // namespace insight::mcp
