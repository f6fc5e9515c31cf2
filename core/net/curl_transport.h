// The second adapter: libcurl. Same contract; also speaks to IPv6 literals.
#pragma once

#include <memory>

#include "core/net/guarded_transport.h"
#include "core/net/idle_pool.h"

namespace insight::net {

class CurlClient;  // one transfer at a time, with its open connection

class CurlTransport final : public GuardedTransport {
  public:
    explicit CurlTransport(Resolver resolver = resolve_by_system);
    ~CurlTransport() override;

  protected:
    Attempted attempt(const Attempt& attempt) override;

  private:
    IdlePool<CurlClient> idle_;
};

}  // namespace insight::net
