// One connection to Redis, kept open between calls, so that a server without free connections can
// still be looked at. Threads: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/net/tls_tunnel.h"

struct redisContext;

namespace insight::collectors::redis {

struct Address {
    std::string host;
    int port = 6379;
    bool tls = false;
    net::Tls trust{};  // authorities and our certificate, where tls
};

// "host:port", "host", "[::1]:6379", "redis://host:port", "rediss://…". Errors: Invalid.
base::Result<Address> parse_address(std::string_view text);

class Session {
  public:
    Session(std::string instance, Address address, std::string user, base::Secret password,
            base::Nanos timeout);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Makes sure of a living, authenticated connection. Errors: as explain(); `cause` holds the
    // server's words.
    base::Status open(base::Deadline deadline);

    // The reply: texts (any bytes), whole numbers, arrays, null. Errors: as explain(), the
    // connection stays open; Timeout, TooLarge, or a broken connection, which is closed.
    base::Result<base::Json> command(const std::vector<std::string>& words,
                                     base::Deadline deadline);

    void close();

    // The server's certificates; nullptr without TLS, or while nothing is open.
    [[nodiscard]] const net::ShownChain* chain() const {
        return tunnel_ ? &tunnel_->chain() : nullptr;
    }
    [[nodiscard]] bool has_password() const { return !password_.empty(); }

  private:
    struct Free {
        void operator()(redisContext* context) const;
    };
    using Context = std::unique_ptr<redisContext, Free>;

    base::Status connect(base::Deadline deadline);
    base::Status connect_by_tls(base::Deadline deadline);
    base::Status authenticate(base::Deadline deadline);
    // What a server says unasked before it hangs up; empty when it says nothing.
    std::string farewell(base::Deadline deadline);
    base::Error broken(std::string_view what);

    std::string instance_;
    Address address_;
    std::string user_;
    base::Secret password_;
    base::Nanos timeout_;
    std::unique_ptr<net::TlsTunnel> tunnel_;  // of a context over TLS; outlives it
    Context context_;
};

}  // namespace insight::collectors::redis
