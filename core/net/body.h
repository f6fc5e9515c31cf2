// The body of an answer on its way to the caller: unpacked, counted, capped, handed on.
// Threads: one at a time; both adapters call it on the thread of the caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/net/failure.h"
#include "core/net/inflate.h"
#include "core/net/transport.h"

namespace insight::net {

class Body {
  public:
    static constexpr std::size_t kMaxHeaders = 256U << 10;

    // Without a sink the body is kept.
    Body(const Request& request, const Sink* sink, const Failure& failure)
        : request_(request), sink_(sink), failure_(failure) {}

    // Call before the first block. False ends the call: headers too large, an unknown encoding.
    bool start(int status, const std::vector<Header>& headers);
    // One block as it came from the wire. False ends the call; `error` says whether that is one.
    bool take(std::string_view block);
    // Call after the last block: a packed body must be complete.
    void finish();

    [[nodiscard]] const std::optional<base::Error>& error() const { return error_; }
    [[nodiscard]] std::string release() { return std::move(kept_); }

  private:
    bool deliver(std::string_view block);
    bool give_up(base::Error error);

    const Request& request_;
    const Sink* sink_;
    const Failure& failure_;
    std::optional<Inflate> inflate_;
    std::optional<base::Error> error_;
    std::string kept_;
    std::size_t size_ = 0;
    bool discard_ = false;  // the body of a redirect is nobody's answer
    bool stopped_ = false;
};

}  // namespace insight::net
