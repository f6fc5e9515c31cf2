// One attempt that failed: what is said about it, and whether another one may do better.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/net/transport.h"

namespace insight::llm {

struct Failure {
    base::Error error;
    bool retry = false;                // the same request may succeed later
    std::optional<base::Nanos> after;  // when the server says so
    bool ill = false;                  // it tells of the server's health: counts for the breaker
    int status = 0;                    // HTTP
    std::string words;                 // the server's own, whole up to a limit; never shown as is
};

template <typename T>
using Outcome = tl::expected<T, Failure>;

// How errors name a model, and what they must never repeat.
class Peer {
  public:
    Peer(std::string name, std::string origin, std::vector<base::Secret> secrets)
        : name_(std::move(name)), origin_(std::move(origin)), secrets_(std::move(secrets)) {}

    // "the language model anthropic/claude-x at https://api.anthropic.com:443"
    [[nodiscard]] std::string who() const;
    // Words of the other side, made fit to show: secrets gone, one line, short.
    [[nodiscard]] std::string shown(std::string_view words) const;

    // An answer with an HTTP status that is none of success; `body` as far as it was kept.
    [[nodiscard]] Failure from_status(const net::Response& response, std::string_view body,
                                      base::Nanos now) const;
    // An error that came as JSON within a stream. `kind` is the provider's word for it
    // ("overloaded_error", "503", "throttlingException").
    [[nodiscard]] Failure from_event(std::string_view kind, std::string_view message) const;
    // The transport gave up.
    [[nodiscard]] Failure from_transport(const base::Error& error) const;
    // The bytes are no answer. A web page or a broken proxy will be there next time, too; a broken
    // stream may not.
    [[nodiscard]] Failure nonsense(std::string_view what, std::string_view sample,
                                   bool retry) const;
    // The stream ended before the answer did.
    [[nodiscard]] Failure cut() const;

  private:
    [[nodiscard]] Failure failure(base::ErrorKind kind, std::string_view what,
                                  std::string_view words) const;

    std::string name_;
    std::string origin_;
    std::vector<base::Secret> secrets_;
};

}  // namespace insight::llm
