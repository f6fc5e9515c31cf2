#include "collectors/postgres/link.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "collectors/disposable.h"

namespace insight::collectors::postgres {
namespace {

using Trouble = Link::Trouble;
using Kind = Trouble::Kind;

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

// False when the deadline passed first.
bool ready(int socket, bool write, base::Deadline deadline) {
    while (!deadline.passed()) {
        pollfd one{socket, static_cast<short>(write ? POLLOUT : POLLIN), 0};
        const auto left = std::max<std::int64_t>(deadline.remaining_ms().count(), 1);
        // In turns of a minute at most: an endless deadline does not fit into poll()'s int.
        const int count = ::poll(&one, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (count > 0) return true;
        if (count < 0 && errno != EINTR) return true;  // libpq will find out what is wrong
    }
    return false;
}

std::string words_of(const PGconn* connection) {
    const char* text = PQerrorMessage(connection);
    return text == nullptr ? "" : text;
}

// Where the socket is still libpq's own: it is being connected, or asked who is at its other end.
bool is_connecting(const PGconn* connection) {
    const ConnStatusType state = PQstatus(connection);
    return state == CONNECTION_STARTED || state == CONNECTION_MADE || state == CONNECTION_NEEDED;
}

// What a wait that did not end well says of the exchange; nothing when it did.
std::optional<Trouble> trouble_of(Valve::Passed passed) {
    if (passed == Valve::Passed::Timeout) return Trouble{Kind::Timeout, "", ""};
    if (passed == Valve::Passed::TooLarge) return Trouble{Kind::TooLarge, "", ""};
    return std::nullopt;
}

}  // namespace

struct Link::Attempt {
    std::unique_ptr<Valve> valve;
    Connection connection;
    std::optional<Trouble> trouble;

    // Waits for what libpq asked for.
    std::optional<Trouble> wait(bool write, base::Deadline deadline);
};

void Link::Free::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Link::Link(Attempt attempt)
    : valve_(std::move(attempt.valve)), connection_(std::move(attempt.connection)) {}

std::optional<Trouble> Link::Attempt::wait(bool write, base::Deadline deadline) {
    const int socket = PQsocket(connection.get());
    if (!valve || !valve->is_behind(socket)) {
        // The next address, or the same one without TLS: libpq has begun a new socket.
        valve.reset();
        if (!is_connecting(connection.get())) {
            valve = Valve::behind(socket, Link::kLargestGreeting);
            if (!valve) return Trouble{Kind::Said, "", "no descriptor is left for its socket"};
        }
    }
    // Writing never has to wait for the server: between libpq and the valve there is room.
    if (!valve || write)
        return ready(socket, write, deadline) ? std::nullopt : trouble_of(Valve::Passed::Timeout);
    return trouble_of(valve->pass(deadline));
}

Link::Attempt Link::attempt(const std::string& parameters, base::Deadline deadline) {
    Attempt out{nullptr, Connection(PQconnectStart(parameters.c_str())), std::nullopt};
    PGconn* connection = out.connection.get();
    if (connection == nullptr || PQstatus(connection) == CONNECTION_BAD) {
        out.trouble =
            Trouble{Kind::Said, "", connection == nullptr ? "out of memory" : words_of(connection)};
        return out;
    }
    // libpq would print notices to our standard error.
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    // As the manual says: behave at first as if PQconnectPoll() had asked to write.
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED) {
            out.trouble = Trouble{Kind::Said, "", words_of(connection)};
            return out;
        }
        out.trouble = out.wait(next == PGRES_POLLING_WRITING, deadline);
        if (out.trouble) return out;
        next = PQconnectPoll(connection);
    }
    if (PQsetnonblocking(connection, 1) != 0)
        out.trouble = Trouble{Kind::Said, "", words_of(connection)};
    return out;
}

Link::Outcome<std::unique_ptr<Link>> Link::connect(const std::string& parameters,
                                                   base::Deadline deadline) {
    auto done = run_disposable<Attempt>(
        deadline, [parameters, deadline] { return attempt(parameters, deadline); });
    if (!done) return tl::unexpected(Trouble{Kind::Timeout, "", ""});
    if (done->trouble) return tl::unexpected(std::move(*done->trouble));
    return std::unique_ptr<Link>(new Link(std::move(*done)));
}

std::optional<net::ShownChain> Link::chain() const {
    const auto* ssl = static_cast<const ssl_st*>(PQsslStruct(connection_.get(), "OpenSSL"));
    if (ssl == nullptr) return std::nullopt;
    return net::chain_of(*ssl);
}

bool Link::is_alive() const {
    return PQstatus(connection_.get()) == CONNECTION_OK;
}

// The server's socket knows better than libpq, which sees its end of the valve close.
Trouble Link::said() const {
    if (valve_->failure() != 0) return {Kind::Said, "", std::strerror(valve_->failure())};
    return {Kind::Said, "", words_of(connection_.get())};
}

// One call takes one TLS record and may keep half of it back where poll() does not see it; a call
// that found nothing on the socket has left nothing behind either.
bool Link::take_in() {
    for (std::size_t before = valve_->unread();;) {
        if (PQconsumeInput(connection_.get()) != 1) return false;
        const std::size_t rest = valve_->unread();
        if (rest == before) return true;
        before = rest;
    }
}

Link::Outcome<std::vector<std::string>> Link::column(const std::string& sql, std::size_t rows,
                                                     base::Deadline deadline) {
    PGconn* connection = connection_.get();
    if (!valve_->is_behind(PQsocket(connection))) return tl::unexpected(said());
    // row by row: libpq would else gather the whole answer before it shows any
    if (PQsendQuery(connection, sql.c_str()) != 1 || PQsetSingleRowMode(connection) != 1)
        return tl::unexpected(said());
    std::vector<std::string> out;
    std::optional<Trouble> trouble;
    for (int unsent = PQflush(connection);;) {
        // A statement that is sent in parts is read from meanwhile, or server and libpq would wait
        // for each other.
        while (unsent > 0 || PQisBusy(connection) == 1) {
            if (auto wrong = trouble_of(valve_->pass(deadline)))
                return tl::unexpected(std::move(*wrong));
            if (!take_in()) return tl::unexpected(said());
            if (unsent > 0) unsent = PQflush(connection);
        }
        if (unsent < 0) return tl::unexpected(said());
        const Result result(PQgetResult(connection));
        if (!result) break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_SINGLE_TUPLE && PQnfields(result.get()) > 0) {
            const auto size = static_cast<std::size_t>(PQgetlength(result.get(), 0, 0));
            if (out.size() >= rows || size > kLargestRow)
                return tl::unexpected(Trouble{Kind::TooLarge, "", ""});
            out.emplace_back(PQgetvalue(result.get(), 0, 0), size);
        } else if (status != PGRES_TUPLES_OK) {
            const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
            trouble = Trouble{Kind::Said, state == nullptr ? "" : state,
                              PQresultErrorMessage(result.get())};
            // Read on to the end of the answer: only then the link takes the next statement.
            if (status == PGRES_FATAL_ERROR) continue;
            // a copy, which nobody asked for, would go on here
            trouble->kind = Kind::TooLarge;
            return tl::unexpected(std::move(*trouble));
        }
    }
    if (trouble) return tl::unexpected(std::move(*trouble));
    return out;
}

}  // namespace insight::collectors::postgres
