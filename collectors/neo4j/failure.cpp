#include "collectors/neo4j/failure.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectors/coverage.h"

namespace insight::collectors::neo4j {
namespace {

using base::Error;
using base::ErrorKind;

// LogIn: whatever is asked next will fail alike, and each try counts towards a lock. Unknown: the
// statement's other form, or the other API, may be what this version has.
enum class Trait { None, LogIn, Unknown };

struct Known {
    std::string_view code;  // what the code begins with; longer ones come first
    ErrorKind kind;
    std::string_view sentence;  // {0} instance, {1} user, {2} database, {3} grant
    Trait trait = Trait::None;
    std::string_view refusal{};
};

constexpr std::array kKnown{
    Known{"Neo.ClientError.Security.Unauthorized", ErrorKind::Denied,
          "Neo4j {0} refuses user {1} and its password: correct `user` and `password`, or `token`",
          Trait::LogIn},
    Known{"Neo.ClientError.Security.AuthenticationRateLimit", ErrorKind::Denied,
          "Neo4j {0} has locked user {1} for some seconds after failed log-ins: correct "
          "`password`, and look who else tries a wrong one",
          Trait::LogIn},
    Known{"Neo.ClientError.Security.CredentialsExpired", ErrorKind::Denied,
          "the password of user {1} on Neo4j {0} must be changed first: ALTER CURRENT USER SET "
          "PASSWORD FROM 'old' TO 'new' on database system",
          Trait::LogIn},
    Known{"Neo.ClientError.Security.TokenExpired", ErrorKind::Denied,
          "the token for Neo4j {0} has expired: give a new one", Trait::LogIn},
    Known{"Neo.ClientError.Security.AuthProvider", ErrorKind::Unavailable,
          "the authentication provider of Neo4j {0} does not answer: look at its LDAP or OpenID "
          "server",
          Trait::LogIn},
    Known{"Neo.ClientError.Security.", ErrorKind::Denied,
          "user {1} on Neo4j {0} lacks a privilege: {3}"},
    Known{"Neo.ClientError.Database.DatabaseNotFound", ErrorKind::NotFound,
          "Neo4j {0} has no database {2}: correct `databases`"},
    Known{"Neo.TransientError.General.DatabaseUnavailable", ErrorKind::Unavailable,
          "database {2} of Neo4j {0} is not available: look at SHOW DATABASES and the server's "
          "debug.log",
          Trait::None, "database_unavailable"},
    Known{"Neo.TransientError.Database.DatabaseUnavailable", ErrorKind::Unavailable,
          "database {2} of Neo4j {0} is not available: look at SHOW DATABASES and the server's "
          "debug.log",
          Trait::None, "database_unavailable"},
    Known{"Neo.TransientError.General.MemoryPoolOutOfMemoryError", ErrorKind::Unavailable,
          "Neo4j {0} has no memory left for transactions: look which transaction holds it, or "
          "raise dbms.memory.transaction.total.max",
          Trait::None, "out_of_memory"},
    Known{"Neo.TransientError.General.OutOfMemoryError", ErrorKind::Unavailable,
          "Neo4j {0} is out of heap: end the largest transaction, or raise "
          "server.memory.heap.max_size",
          Trait::None, "out_of_memory"},
    Known{"Neo.DatabaseError.General.OutOfMemoryError", ErrorKind::Unavailable,
          "Neo4j {0} is out of heap: end the largest transaction, or raise "
          "server.memory.heap.max_size",
          Trait::None, "out_of_memory"},
    Known{"Neo.ClientError.Transaction.TransactionTimedOut", ErrorKind::Timeout,
          "Neo4j {0} did not answer within the time limit of the statement: raise `timeout`"},
    Known{"Neo.ClientError.Statement.", ErrorKind::Invalid,
          "Neo4j {0} does not know this statement: it is older or newer than the statement, or "
          "of another edition",
          Trait::Unknown},
    Known{"Neo.ClientError.Procedure.", ErrorKind::Invalid,
          "Neo4j {0} does not have this procedure: it is of another version or edition, or "
          "dbms.security.procedures.allowlist leaves it out",
          Trait::Unknown},
    Known{"Neo.ClientError.Request.", ErrorKind::NotFound,
          "Neo4j {0} has no such way over HTTP: correct `url`, or list QUERY_API_ENDPOINTS or "
          "TRANSACTIONAL_ENDPOINTS in server.http_enabled_modules"},
    Known{"Neo.TransientError.", ErrorKind::Unavailable,
          "Neo4j {0} could not serve this just now: see the server's own words"},
    Known{"Neo.DatabaseError.", ErrorKind::Unavailable,
          "Neo4j {0} failed by itself: look at its debug.log"},
};

const Known* known(std::string_view code) {
    const auto* const it = std::find_if(
        kKnown.begin(), kKnown.end(), [&](const Known& one) { return code.starts_with(one.code); });
    return it == kKnown.end() ? nullptr : it;
}

Error of_status(const Asked& asked, int status, std::string words) {
    const std::string_view who = asked.instance;
    switch (status) {
        case 401:
        case 403:
        case 407:
            return {ErrorKind::Denied,
                    fmt::format("a proxy before Neo4j {} refuses our credentials (HTTP {}): give "
                                "those it asks for",
                                who, status),
                    std::move(words)};
        case 404:
            return {ErrorKind::NotFound,
                    fmt::format("what answers for Neo4j {} has no such page: correct `url` (the "
                                "HTTP port is 7474 unless changed)",
                                who),
                    std::move(words)};
        case 429:
            return {ErrorKind::Unavailable,
                    fmt::format("a proxy before Neo4j {} limits our requests (HTTP 429): raise its "
                                "limit, or sample less often",
                                who),
                    std::move(words)};
        default:
            return {ErrorKind::Unavailable,
                    fmt::format("Neo4j {} or a proxy before it answered HTTP {}: look at their "
                                "logs",
                                who, status),
                    std::move(words)};
    }
}

// An error of ours begins its cause with the code; a proxy's does not.
const Known* known_of(const Error& error) {
    return error.cause.starts_with("Neo.") ? known(error.cause) : nullptr;
}

}  // namespace

Error explain(const Asked& asked, int status, std::string_view code, std::string_view message) {
    const Known* one = known(code);
    if (one == nullptr) return of_status(asked, status, shown(message, 300));
    const std::string_view grant =
        asked.grant.empty() ? std::string_view("see the server's own words") : asked.grant;
    return {one->kind,
            // From the table above, never from outside.
            fmt::format(fmt::runtime(one->sentence), asked.instance,
                        asked.user.empty() ? "(none)" : asked.user,
                        asked.database.empty() ? "(default)" : asked.database, grant),
            shown(fmt::format("{}: {}", code, message), 300)};
}

bool unknown_to_server(const Error& error) {
    const Known* one = known_of(error);
    return one != nullptr && one->trait == Trait::Unknown;
}

bool log_in_refused(const Error& error) {
    const Known* one = known_of(error);
    return one != nullptr && one->trait == Trait::LogIn;
}

std::string_view refusal(const Error& error) {
    const Known* one = known_of(error);
    return one == nullptr ? std::string_view() : one->refusal;
}

}  // namespace insight::collectors::neo4j
