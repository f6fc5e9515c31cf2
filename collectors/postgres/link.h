// One libpq connection, driven without ever blocking beyond a deadline and without taking in more
// of an answer than allowed: libpq itself waits for ever and buffers whatever a server sends, so it
// reads through a Valve. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/postgres/valve.h"
#include "core/base/result.h"
#include "core/net/shown_chain.h"

struct pg_conn;

namespace insight::collectors::postgres {

class Link {
  public:
    // Why something failed: our time ran out, too much came, or what the server or libpq said.
    struct Trouble {
        enum class Kind { Timeout, TooLarge, Said } kind = Kind::Said;
        std::string sqlstate;  // may be empty
        std::string words;
    };
    template <class T>
    using Outcome = tl::expected<T, Trouble>;

    // `parameters` as PQconnectdb() takes them. Looking the name up knows no time-out, so all of it
    // happens on a thread of its own, which ends with the deadline at the latest once the name is
    // known.
    static Outcome<std::unique_ptr<Link>> connect(const std::string& parameters,
                                                  base::Deadline deadline);

    // What may come in from now on, over all statements, in bytes on the wire.
    void allow(std::uint64_t bytes) { valve_->allow(bytes); }

    // The first column of every row. More than `rows` rows, one longer than kLargestRow or more
    // than allowed: TooLarge. After Timeout and TooLarge the link is of no more use.
    Outcome<std::vector<std::string>> column(const std::string& sql, std::size_t rows,
                                             base::Deadline deadline);

    // The server's certificates; nothing without TLS.
    [[nodiscard]] std::optional<net::ShownChain> chain() const;

    // False once the server or the network has ended it.
    [[nodiscard]] bool is_alive() const;

    static constexpr std::size_t kLargestRow = 1U << 20;
    // What may come in until we are let in: TLS certificates, settings, notices.
    static constexpr std::uint64_t kLargestGreeting = 1U << 20;

  private:
    struct Free {
        void operator()(pg_conn* connection) const;
    };
    using Connection = std::unique_ptr<pg_conn, Free>;
    struct Attempt;

    explicit Link(Attempt attempt);
    static Attempt attempt(const std::string& parameters, base::Deadline deadline);
    bool take_in();
    Trouble said() const;

    std::unique_ptr<Valve> valve_;
    Connection connection_;  // below the valve: its good-bye still passes
};

}  // namespace insight::collectors::postgres
