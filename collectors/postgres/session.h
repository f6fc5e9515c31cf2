// One connection to PostgreSQL, kept open between calls, so that a saturated server can still be
// looked at. Read-only, with time limits on the server's side and on ours: a frozen server answers
// TCP but nothing else. Threads: one at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/postgres/link.h"
#include "collectors/postgres/queries.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/time.h"

namespace insight::collectors::postgres {

class Session {
  public:
    Session(std::string instance, base::Secret dsn, base::Nanos timeout);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    // Makes sure of a living connection. True: it was open already. Errors: as explain(); where
    // the server itself turned us away, `cause` holds its words.
    base::Result<bool> open(base::Deadline deadline);

    // Rows of the statement as objects, at most limit + 1. Errors: as explain(); Unavailable when
    // not open.
    base::Result<std::vector<base::Json>> rows(const View& view, base::Deadline deadline);
    base::Result<std::vector<base::Json>> rows(std::string_view sql, std::size_t limit,
                                               base::Deadline deadline);

    // False after a failure that ended the connection.
    [[nodiscard]] bool is_open() const { return link_ != nullptr; }
    void close();

    // The server's certificates; nothing without TLS, or while nothing is open.
    [[nodiscard]] std::optional<net::ShownChain> chain() const;
    // The file of the authorities that the dsn demands, empty for the user's own; nothing where it
    // does not demand a trusted certificate in the server's name.
    [[nodiscard]] std::optional<std::string> authority() const;

  private:
    // Why there is no session.
    [[nodiscard]] base::Error not_opened(const Link::Trouble& trouble) const;
    // The failure of a statement; closes the connection where it is of no more use.
    base::Error broken(const Link::Trouble& trouble);
    // Our parameters over the user's; Invalid when libpq cannot read the dsn.
    base::Result<std::string> parameters(base::Deadline deadline) const;

    std::string instance_;
    base::Secret dsn_;
    base::Nanos timeout_;
    std::unique_ptr<Link> link_;
};

}  // namespace insight::collectors::postgres
