#include "collectors/postgres/session.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <map>
#include <pqxx/pqxx>

#include "collectors/disposable.h"
#include "collectors/postgres/failure.h"
#include "collectors/watchdog.h"
#include "core/base/text.h"

namespace insight::collectors::postgres {
namespace {

using base::Deadline;
using base::ErrorKind;
using base::fail;

// What a connect on its own thread brings back.
struct Attempt {
    std::unique_ptr<pqxx::connection> connection;
    std::string error;
};

Attempt attempt(const std::string& parameters) {
    Attempt out;
    try {
        out.connection = std::make_unique<pqxx::connection>(parameters);
        // A broken connection must fail, not come back by itself. Deprecated without a successor:
        // version 7 never reconnects.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
        out.connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
    } catch (const std::exception& e) {
        out.connection.reset();
        out.error = e.what();
    }
    return out;
}

std::string quoted(const std::string& value) {
    std::string out = "'";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

}  // namespace

struct Session::Connection {
    std::unique_ptr<pqxx::connection> link;
};

Session::Session(std::string instance, base::Secret dsn, base::Nanos timeout)
    : instance_(std::move(instance)), dsn_(std::move(dsn)), timeout_(timeout) {}

Session::~Session() = default;

void Session::close() {
    connection_.reset();
}

base::Result<std::string> Session::parameters(Deadline deadline) const {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(dsn_.reveal().c_str(), &message), &PQconninfoFree);
    if (!options) {
        // libpq's words may quote the dsn, password included
        if (message != nullptr) PQfreemem(message);
        return fail(ErrorKind::Invalid,
                    fmt::format("the dsn of PostgreSQL {} cannot be read: write "
                                "postgresql://user:password@host:port/database",
                                instance_));
    }
    std::map<std::string, std::string> values;
    for (const auto* one = options.get(); one->keyword != nullptr; ++one)
        if (one->val != nullptr) values[one->keyword] = one->val;

    const auto limit = std::max<std::int64_t>(timeout_ / 1'000'000, 100);
    const auto seconds = std::min<std::int64_t>(deadline.remaining_ms().count(), limit) / 1000;
    values["application_name"] = "devops-insight";
    values["client_encoding"] = "UTF8";
    values["connect_timeout"] = std::to_string(std::max<std::int64_t>(seconds, 2));
    values["tcp_user_timeout"] = std::to_string(limit);
    // As start-up options, not SET: a pool would hand SET's effect on to somebody else's session;
    // options it refuses.
    values["options"] += fmt::format(
        " -c default_transaction_read_only=on -c statement_timeout={0} -c lock_timeout=500"
        " -c idle_in_transaction_session_timeout=10000 -c search_path=pg_catalog -c jit=off",
        limit);
    std::string out;
    for (const auto& [key, value] : values) out += key + "=" + quoted(value) + " ";
    return out;
}

base::Result<bool> Session::open(Deadline deadline) {
    if (connection_) {
        if (rows("SELECT 1 AS alive", 1, deadline.sooner(std::chrono::nanoseconds(timeout_))))
            return true;
        close();
    }
    auto text = parameters(deadline);
    if (!text) return fail(std::move(text.error()));
    auto done =
        run_disposable<Attempt>(deadline.sooner(std::chrono::nanoseconds(timeout_)),
                                [parameters = std::move(*text)] { return attempt(parameters); });
    if (!done)
        return fail(ErrorKind::Timeout,
                    fmt::format("PostgreSQL {} accepted no session in time: look at its host, its "
                                "port and the network between",
                                instance_));
    if (!done->connection) return fail(explain(instance_, {}, done->error));
    connection_ = std::make_unique<Connection>(Connection{std::move(done->connection)});
    return false;
}

base::Result<std::vector<base::Json>> Session::rows(const View& view, Deadline deadline) {
    return rows(view.sql, view.limit, deadline);
}

base::Result<std::vector<base::Json>> Session::rows(std::string_view sql, std::size_t limit,
                                                    Deadline deadline) {
    if (!connection_)
        return fail(ErrorKind::Unavailable, fmt::format("PostgreSQL {} has no session", instance_));
    const Deadline sooner = deadline.sooner(std::chrono::nanoseconds(timeout_));
    if (sooner.passed())
        return fail(
            ErrorKind::Timeout,
            fmt::format("no time was left to ask PostgreSQL {}: raise collectTimeout", instance_));
    const std::string wrapped =
        fmt::format("SELECT row_to_json(q)::text FROM ({}) q LIMIT {}", sql, limit + 1);
    const Watchdog watchdog(connection_->link->sock(), sooner);
    try {
        std::vector<base::Json> out;
        pqxx::nontransaction work(*connection_->link);
        for (const auto& row : work.exec(wrapped)) {
            auto value =
                base::parse_json(base::clean_utf8(std::string_view(row[0].c_str(), row[0].size())),
                                 "a row of PostgreSQL", {.bytes = 1U << 20, .depth = 16});
            if (!value) return fail(std::move(value.error()));
            out.push_back(std::move(*value));
        }
        return out;
    } catch (const pqxx::broken_connection& e) {
        if (watchdog.fired())
            return fail(ErrorKind::Timeout,
                        fmt::format("PostgreSQL {} did not answer in time: look at its load and "
                                    "its host",
                                    instance_));
        return fail(explain(instance_, {}, e.what()));
    } catch (const pqxx::sql_error& e) {
        if (watchdog.fired())
            return fail(ErrorKind::Timeout,
                        fmt::format("PostgreSQL {} did not answer in time: look at its load and "
                                    "its host",
                                    instance_));
        return fail(explain(instance_, e.sqlstate(), e.what()));
    } catch (const std::exception& e) {
        return fail(explain(instance_, {}, e.what()));
    }
}

}  // namespace insight::collectors::postgres
