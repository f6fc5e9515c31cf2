// The only door outwards. Adapters: CpprestTransport (default) and CurlTransport; one conformance
// suite.
//
// Every call has a total deadline that covers name resolution, connecting, TLS, sending and
// reading. A body never grows beyond `max_body`. Redirects are followed for GET only, at most five,
// and never carry credentials to another origin. Requests that are not GET or HEAD are never sent
// twice. Threads: all calls are safe from any thread and block the caller; never call from the
// event loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace insight::net {

using Header = std::pair<std::string, std::string>;

// How the other side's certificate is checked and what we show it; empty: the system's authorities.
struct Tls {
    std::string ca_file;           // PEM
    std::string certificate_file;  // PEM, client certificate
    std::string key_file;          // PEM
    std::string server_name;       // SNI and verified name when it is not the URL's host
    bool verify = true;
    // The same as PEM text, for what never lies in a file; a file named above goes first.
    std::string ca_pem{};
    std::string certificate_pem{};
    base::Secret key_pem{};
};

struct Request {
    std::string method = "GET";
    std::string url;  // http or https, absolute
    std::vector<Header> headers;
    // Sent as "Authorization", and dropped on a redirect to another origin.
    std::optional<base::Secret> authorization;
    std::string body;
    base::Deadline deadline = base::Deadline::after(std::chrono::seconds(30));
    // No byte for this long ends the call (a stalled stream); the deadline still holds.
    std::chrono::milliseconds idle_timeout{10'000};
    std::size_t max_body = 32U << 20;
    Tls tls;
};

struct Response {
    int status = 0;
    std::vector<Header> headers;
    std::string body;  // decompressed; empty for stream()

    // first header of that name, compared without case; empty when absent
    [[nodiscard]] std::string_view header(std::string_view name) const;
};

// Receives the body as it arrives; false stops the call (which then succeeds).
using Sink = std::function<bool(std::string_view block)>;

class Transport {
  public:
    virtual ~Transport() = default;

    // Any HTTP status is a success here. Errors: Invalid (URL, header), Timeout, Unavailable
    // (refused, unresolved, reset, TLS), TooLarge, Corrupt (the server broke the protocol).
    virtual base::Result<Response> send(const Request& request) = 0;

    // The same, block by block. `max_body` bounds the sum of all blocks.
    virtual base::Result<Response> stream(const Request& request, const Sink& sink) = 0;
};

enum class Adapter { Cpprest, Curl };

// One per process is meant; start-up cost is small, connections are made when first needed.
std::unique_ptr<Transport> make_transport(Adapter adapter);

// application/x-www-form-urlencoded, also right for URL queries.
std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields);

}  // namespace insight::net
