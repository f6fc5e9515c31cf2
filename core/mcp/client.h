// A client of one MCP server: starts it when it is needed, starts it again when it went, uses only
// what may be used.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/mcp/endpoint.h"
#include "core/mcp/handshake.h"
#include "core/mcp/tool.h"
#include "core/mcp/tool_result.h"

namespace insight::mcp {

// Threads: safe, calls of several threads run side by side; none may run while it is destroyed.
// Nothing runs longer than its deadline by more than a moment. Destroying it takes up to two
// seconds where a program does not leave by itself.
class Client {
  public:
    // The transport must outlive the client; it is used for servers behind HTTP only.
    Client(Endpoint endpoint, net::Transport& transport);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

    // Starts or reaches the server and agrees on a revision, once. Errors: NotFound (no such
    // command), Denied, Unavailable (gone; after failed starts it waits before the next), Timeout,
    // Invalid (no revision in common), Corrupt.
    base::Result<Greeting> open(base::Deadline deadline);

    // What it offers, refused tools, too; at most kMostTools. Errors: as open(), and what the
    // server refuses.
    base::Result<ToolList> tools(base::Deadline deadline);

    // The tool is judged by a list that is at most a minute old. Errors: as tools(); NotFound (no
    // such tool); Denied (it is refused, and nothing is sent); Invalid (the server refuses the
    // call); Corrupt; TooLarge. A tool that says itself that it failed is a result.
    base::Result<ToolResult> call(const std::string& tool, const base::Json& arguments,
                                  base::Deadline deadline);

    // What a program wrote to its standard error, its end, redacted; empty for HTTP.
    [[nodiscard]] std::string complaint() const;

  private:
    struct Opened {
        std::shared_ptr<Wire> wire;
        Greeting greeting;
    };

    base::Result<Opened> opened(base::Deadline deadline);
    base::Result<Opened> start(base::Deadline deadline);
    base::Result<std::shared_ptr<Wire>> make_wire();
    base::Result<ToolList> list(const Opened& opened, base::Deadline deadline);
    base::Result<Tool> known_tool(const std::string& name, base::Deadline deadline);
    // `what` with an opened server; once more where a site forgot our session, which it tells
    // before it does anything.
    template <typename What>
    auto with_session(What what, base::Deadline deadline)
        -> decltype(what(std::declval<const Opened&>()));
    base::Result<base::Json> request(const Opened& opened, const std::string& method,
                                     base::Json params, std::vector<net::Header> headers,
                                     base::Deadline deadline);
    void count_silence(const Opened& opened, bool silent);

    const Endpoint endpoint_;
    net::Transport& transport_;

    std::timed_mutex opening_;  // one thread starts the server, the others wait for it
    mutable std::mutex mutex_;  // what follows
    std::shared_ptr<Wire> wire_;
    Greeting greeting_;
    std::string last_complaint_;
    int silences_ = 0;
    ToolList tools_;
    base::Deadline tools_until_ = base::Deadline::after(std::chrono::nanoseconds(0));

    // only by the thread that opens
    Era era_ = Era::Unknown;
    int failed_starts_ = 0;
    base::Deadline not_before_ = base::Deadline::after(std::chrono::nanoseconds(0));
    std::optional<base::Error> last_failure_;
};

}  // namespace insight::mcp
