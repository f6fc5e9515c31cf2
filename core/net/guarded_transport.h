// What both adapters share: checks, name resolution, redirects, the one resend. An adapter brings
// one method, one request to one server.
#pragma once

#include <string>
#include <vector>

#include "core/net/body.h"
#include "core/net/dns_gate.h"
#include "core/net/failure.h"
#include "core/net/header_rules.h"
#include "core/net/transport.h"
#include "core/net/url.h"

namespace insight::net {

enum class Connection {
    Pooled,  // an open one of the same server and TLS settings may carry the request
    Fresh    // never one that was used before: what is sent must not be sent twice
};

// One checked request to one server; everything outlives the call.
struct Attempt {
    const Request& request;
    const Url& url;
    const Addresses& addresses;
    const std::vector<Header>& headers;
    const Failure& failure;
    Connection connection;
    Delivery delivery;
    Body& body;
};

struct Attempted {
    base::Result<Response> answer;
    // The connection was an old one and broke before any answer, or the adapter lost its place in
    // it: the same request on a fresh connection may succeed.
    bool resend = false;
};

class GuardedTransport : public Transport {
  public:
    explicit GuardedTransport(Resolver resolver) : gate_(std::move(resolver)) {}

    base::Result<Response> send(const Request& request) final;
    base::Result<Response> stream(const Request& request, const Sink& sink) final;

  protected:
    // Ends within the request's deadline and idle timeout. Throws nothing.
    virtual Attempted attempt(const Attempt& attempt) = 0;

    // Connections may be shared by requests to which this text is the same.
    static std::string pool_key(const Attempt& attempt);

  private:
    base::Result<Response> run(const Request& request, const Sink* sink);
    base::Result<Response> visit(const Request& request, const Url& url, const Sink* sink);

    DnsGate gate_;
};

}  // namespace insight::net
