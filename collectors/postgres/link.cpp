#include "collectors/postgres/link.h"

#include <libpq-fe.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <optional>

#include "collectors/disposable.h"
#include "collectors/watchdog.h"

namespace insight::collectors::postgres {
namespace {

using Trouble = Link::Trouble;
using Kind = Trouble::Kind;

constexpr std::uint64_t kLargestGreeting = 1U << 20;

struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
};
using Result = std::unique_ptr<PGresult, Clear>;

// What libpq has taken from the socket so far. It does not tell, the kernel does; a socket of
// another kind than TCP (the local one) counts nothing.
std::uint64_t taken(int socket) {
    tcp_info info{};
    socklen_t size = sizeof(info);
    if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
        size < offsetof(tcp_info, tcpi_bytes_received) + sizeof(info.tcpi_bytes_received))
        return 0;
    int waiting = 0;
    ::ioctl(socket, FIONREAD, &waiting);
    const auto rest = static_cast<std::uint64_t>(std::max(waiting, 0));
    return info.tcpi_bytes_received > rest ? info.tcpi_bytes_received - rest : 0;
}

// False when the deadline passed first.
bool ready(int socket, bool write, base::Deadline deadline) {
    while (!deadline.passed()) {
        pollfd one{socket, static_cast<short>(write ? POLLOUT : POLLIN), 0};
        const auto left = std::max<std::int64_t>(deadline.remaining_ms().count(), 1);
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

}  // namespace

struct Link::Attempt {
    Connection connection;
    std::optional<Trouble> trouble;
};

void Link::Free::operator()(pg_conn* connection) const {
    PQfinish(connection);
}

Link::Attempt Link::attempt(const std::string& parameters, base::Deadline deadline) {
    Attempt out{Connection(PQconnectStart(parameters.c_str())), std::nullopt};
    PGconn* connection = out.connection.get();
    if (connection == nullptr || PQstatus(connection) == CONNECTION_BAD) {
        out.trouble =
            Trouble{Kind::Said, "", connection == nullptr ? "out of memory" : words_of(connection)};
        return out;
    }
    PQsetNoticeProcessor(
        connection, [](void*, const char*) {}, nullptr);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (next == PGRES_POLLING_FAILED) {
            out.trouble = Trouble{Kind::Said, "", words_of(connection)};
            return out;
        }
        if (!ready(PQsocket(connection), next == PGRES_POLLING_WRITING, deadline)) {
            out.trouble = Trouble{Kind::Timeout, "", ""};
            return out;
        }
        next = PQconnectPoll(connection);
        if (taken(PQsocket(connection)) > kLargestGreeting) {
            out.trouble = Trouble{Kind::TooLarge, "", "its greeting does not end"};
            return out;
        }
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
    return std::unique_ptr<Link>(new Link(std::move(done->connection)));
}

bool Link::is_alive() const {
    return PQstatus(connection_.get()) == CONNECTION_OK;
}

Link::Outcome<std::vector<std::string>> Link::column(const std::string& sql, std::size_t rows,
                                                     base::Deadline deadline) {
    PGconn* connection = connection_.get();
    const int socket = PQsocket(connection);
    if (socket < 0) return tl::unexpected(Trouble{Kind::Said, "", words_of(connection)});
    const std::uint64_t before = taken(socket);
    // one call of libpq reads on for as long as bytes keep coming
    const Watchdog watchdog(socket, deadline,
                            [=] { return taken(socket) - before > kLargestAnswer; });
    auto out = read_column(sql, rows, deadline);
    if (watchdog.fired() == Watchdog::Reason::Enough)
        return tl::unexpected(Trouble{Kind::TooLarge, "", ""});
    if (watchdog.fired() == Watchdog::Reason::Deadline)
        return tl::unexpected(Trouble{Kind::Timeout, "", ""});
    return out;
}

Link::Outcome<std::vector<std::string>> Link::read_column(const std::string& sql, std::size_t rows,
                                                          base::Deadline deadline) {
    PGconn* connection = connection_.get();
    const auto said = [&] { return tl::unexpected(Trouble{Kind::Said, "", words_of(connection)}); };
    // row by row: libpq would else gather the whole answer before it shows any
    if (PQsendQuery(connection, sql.c_str()) != 1 || PQsetSingleRowMode(connection) != 1)
        return said();
    std::vector<std::string> out;
    std::optional<Trouble> trouble;
    for (int unsent = PQflush(connection);;) {
        while (unsent > 0 || PQisBusy(connection) == 1) {
            if (!ready(PQsocket(connection), unsent > 0, deadline))
                return tl::unexpected(Trouble{Kind::Timeout, "", ""});
            if (PQconsumeInput(connection) != 1) return said();
            if (unsent > 0) unsent = PQflush(connection);
        }
        if (unsent < 0) return said();
        const Result result(PQgetResult(connection));
        if (!result) break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_SINGLE_TUPLE && PQnfields(result.get()) > 0) {
            if (out.size() >= rows) return tl::unexpected(Trouble{Kind::TooLarge, "", ""});
            out.emplace_back(PQgetvalue(result.get(), 0, 0),
                             static_cast<std::size_t>(PQgetlength(result.get(), 0, 0)));
        } else if (status != PGRES_TUPLES_OK) {
            const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
            trouble = Trouble{Kind::Said, state == nullptr ? "" : state,
                              PQresultErrorMessage(result.get())};
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
