// The default adapter: cpprestsdk's http_client inside the guards it lacks.
#pragma once

#include <memory>

#include "core/net/guarded_transport.h"
#include "core/net/idle_pool.h"

namespace insight::net {

class CpprestClient;  // one exchange at a time, with its open connection

class CpprestTransport final : public GuardedTransport {
  public:
    explicit CpprestTransport(Resolver resolver = resolve_by_system);
    ~CpprestTransport() override;

  protected:
    Attempted attempt(const Attempt& attempt) override;

  private:
    IdlePool<CpprestClient> idle_;
};

}  // namespace insight::net
