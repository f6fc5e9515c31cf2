// The way to an MCP server and back, whatever it is made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/base/time.h"
#include "core/mcp/message.h"
#include "core/net/transport.h"

namespace insight::mcp {

struct Ask {
    std::string method;
    base::Json params = base::Json::object();
    // Told to the server when nobody waits for the answer any more (never for initialize).
    bool cancellable = true;
    std::vector<net::Header> headers{};  // over HTTP only
};

// Threads: safe; questions of several threads are on their way at the same time.
class Wire {
  public:
    virtual ~Wire() = default;

    // Errors: Timeout; Unavailable (the server is gone, or was never there); TooLarge; Corrupt;
    // Denied; over HTTP also NotFound and Invalid (it is no MCP server that answers).
    virtual base::Result<Answer> ask(const Ask& ask, base::Deadline deadline) = 0;

    // Sends a notification. Errors: as above.
    virtual base::Status tell(const Ask& note, base::Deadline deadline) = 0;

    // False when only a new wire can help.
    [[nodiscard]] virtual bool usable() const = 0;

    // True once when the server said since the last call that its tools are others now.
    virtual bool tools_changed() { return false; }

    // Sent along from now on (over HTTP).
    virtual void set_headers(const std::vector<net::Header>& headers) { (void)headers; }

    // What the server wrote for people: the end of its standard error, redacted; may be empty.
    [[nodiscard]] virtual std::string complaint() const { return {}; }
};

}  // namespace insight::mcp
