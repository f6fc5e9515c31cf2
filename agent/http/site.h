// What a connection serves: the seam between the wire and the routes.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/http/limits.h"
#include "agent/http/message.h"
#include "agent/http/reply.h"

namespace insight::http {

// What one request may cost.
struct Allowance {
    std::size_t body_bytes = 0;
    Limits::Length answer{};  // for its handler; then 503
};

// All three are called from any of the server's threads at once and must not wait for anything.
struct Site {
    // The request has everything but its body.
    std::function<Allowance(const Request&)> allowance;
    Handler handle;
    // The answer to what never reaches a handler. `code` is a word for programs, `message` one
    // sentence; the request may be half filled.
    std::function<Response(const Request&, int status, std::string_view code, std::string message)>
        refuse;
};

}  // namespace insight::http
