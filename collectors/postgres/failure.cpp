#include "collectors/postgres/failure.h"

#include <fmt/format.h>

#include <array>

#include "collectors/coverage.h"

namespace insight::collectors::postgres {
namespace {

using base::Error;
using base::ErrorKind;

struct Known {
    std::string_view sqlstate;  // where both sides have one, they must be the same
    std::string_view text;      // what the message holds; empty: the SQLSTATE alone decides
    ErrorKind kind;
    std::string_view sentence;  // {} is the instance
    std::string_view refusal;
};

// The first that fits counts, so the narrower text stands before the wider. Without a SQLSTATE a
// text alone is enough, since a failed connect has none. Words of the server are English only where
// lc_messages is.
constexpr std::array kKnown{
    Known{"", "too many connections for role", ErrorKind::Unavailable,
          "PostgreSQL {} allows our role no more connections: raise its CONNECTION LIMIT",
          "too_many_for_role"},
    Known{"", "too many connections for database", ErrorKind::Unavailable,
          "PostgreSQL {} allows its database no more connections: end idle sessions or raise the "
          "database's CONNECTION LIMIT",
          "too_many_for_database"},
    Known{"53300", "too many clients", ErrorKind::Unavailable,
          "PostgreSQL {} has no free connection: end idle sessions or raise max_connections",
          "too_many_connections"},
    // Goes on with "for non-replication superuser connections", from version 16 on with the
    // attribute or the role that has the right.
    Known{"53300", "remaining connection slots are reserved", ErrorKind::Unavailable,
          "PostgreSQL {} has no free connection: end idle sessions or raise max_connections",
          "too_many_connections"},
    Known{"", "the database system is starting up", ErrorKind::Unavailable,
          "PostgreSQL {} is starting up: look at its log", "starting_up"},
    Known{"", "the database system is in recovery mode", ErrorKind::Unavailable,
          "PostgreSQL {} recovers from a crash: look at its log", "starting_up"},
    // In these words from version 14 on: a standby that has not caught up yet, and one that never
    // takes readers.
    Known{"57P03", "the database system is not yet accepting connections", ErrorKind::Unavailable,
          "PostgreSQL {} recovers and is not consistent yet: look at its log", "starting_up"},
    Known{"57P03", "the database system is not accepting connections", ErrorKind::Unavailable,
          "PostgreSQL {} is a standby that takes no readers: turn on hot_standby or correct the "
          "dsn",
          ""},
    Known{"57P03", "the database system is shutting down", ErrorKind::Unavailable,
          "PostgreSQL {} is shutting down: look who stopped it", "shutting_down"},
    Known{"57P01", "terminating connection due to administrator", ErrorKind::Unavailable,
          "our session on PostgreSQL {} was ended by an administrator or a shutdown", ""},
    Known{"28P01", "password authentication failed", ErrorKind::Denied,
          "PostgreSQL {} refuses our password: correct the dsn", ""},
    Known{"28000", "no pg_hba.conf entry", ErrorKind::Denied,
          "PostgreSQL {} admits no connection of ours: add a line to its pg_hba.conf", ""},
    Known{"", "no password supplied", ErrorKind::Denied,
          "PostgreSQL {} asks for a password: add one to the dsn", ""},
    Known{"42501", "permission denied for database", ErrorKind::Denied,
          "our role on PostgreSQL {} may not use its database: GRANT CONNECT ON DATABASE … TO it",
          ""},
    Known{"55000", "is not currently accepting connections", ErrorKind::Denied,
          "PostgreSQL {} lets nobody into this database: ALTER DATABASE … ALLOW_CONNECTIONS true, "
          "or correct the dsn",
          ""},
    Known{"28000", "role \"", ErrorKind::Denied,
          "PostgreSQL {} does not know our role or does not let it in: create it with LOGIN", ""},
    Known{"3D000", "database \"", ErrorKind::Invalid,
          "PostgreSQL {} has no such database: correct the dsn", ""},
    // PgBouncer, of our `options`; behind a pool the session that is looked at would be anybody's.
    Known{"", "unsupported startup parameter", ErrorKind::Invalid,
          "what answers for PostgreSQL {} is a connection pool: give the address of the server "
          "itself",
          ""},
    // "canceling statement due to statement timeout", or somebody cancelled it
    Known{"57014", "", ErrorKind::Timeout,
          "PostgreSQL {} did not answer within the statement timeout: raise `timeout`", ""},
    // our own lock_timeout
    Known{"55P03", "", ErrorKind::Timeout,
          "a catalog of PostgreSQL {} is locked: look for DDL that is still running", ""},
    Known{"42501", "", ErrorKind::Denied,
          "our role on PostgreSQL {} lacks a privilege: GRANT pg_monitor TO it", ""},
    Known{"55000", "shared_preload_libraries", ErrorKind::Invalid,
          "pg_stat_statements of PostgreSQL {} is not loaded: add it to shared_preload_libraries "
          "and restart",
          ""},
    Known{"", "Connection refused", ErrorKind::Unavailable,
          "nothing listens at the address of PostgreSQL {}: start it or correct the dsn", ""},
    Known{"", "timeout expired", ErrorKind::Timeout,
          "PostgreSQL {} did not answer in time: look at its host and the network", ""},
    Known{"", "could not translate host name", ErrorKind::Unavailable,
          "the host name of PostgreSQL {} does not resolve: correct the dsn or the name service",
          ""},
    Known{"", "SSL", ErrorKind::Unavailable,
          "PostgreSQL {} and we disagree about TLS: correct sslmode and certificates in the dsn",
          ""},
};

}  // namespace

Error explain(std::string_view instance, std::string_view sqlstate, std::string_view message) {
    for (const Known& known : kKnown) {
        const bool state = !known.sqlstate.empty() && known.sqlstate == sqlstate;
        const bool silent = known.sqlstate.empty() || sqlstate.empty();
        const bool text = message.find(known.text) != std::string_view::npos;
        // 57P03, 28000 and 55000 stand for several things: there the text decides, too
        if (known.text.empty() ? state : text && (state || silent))
            return {known.kind, fmt::format(fmt::runtime(known.sentence), instance),
                    shown(message, 300)};
    }
    return {ErrorKind::Unavailable,
            fmt::format("PostgreSQL {} could not be asked: see the server's own words", instance),
            shown(message, 300)};
}

std::string_view refusal(std::string_view message) {
    for (const Known& known : kKnown)
        if (!known.refusal.empty() && message.find(known.text) != std::string_view::npos)
            return known.refusal;
    return {};
}

}  // namespace insight::collectors::postgres
