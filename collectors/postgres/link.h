// One libpq connection, driven without ever blocking beyond a deadline and without keeping more of
// an answer than allowed: libpq itself waits for ever and buffers whatever a server sends.
// Threads: one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

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

    // The first column of every row. More than `rows` rows or kLargestAnswer bytes: TooLarge. After
    // Timeout and TooLarge the link is of no more use.
    Outcome<std::vector<std::string>> column(const std::string& sql, std::size_t rows,
                                             base::Deadline deadline);

    // False once the server or the network has ended it.
    [[nodiscard]] bool is_alive() const;

    static constexpr std::uint64_t kLargestAnswer = 32U << 20;

  private:
    struct Free {
        void operator()(pg_conn* connection) const;
    };
    using Connection = std::unique_ptr<pg_conn, Free>;
    struct Attempt;

    explicit Link(Connection connection) : connection_(std::move(connection)) {}
    static Attempt attempt(const std::string& parameters, base::Deadline deadline);
    Outcome<std::vector<std::string>> read_column(const std::string& sql, std::size_t rows,
                                                  base::Deadline deadline);

    Connection connection_;
};

}  // namespace insight::collectors::postgres
