#include "collectors/postgres/session.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>

#include "collectors/postgres/failure.h"
#include "core/base/conninfo.h"
#include "core/base/text.h"

namespace insight::collectors::postgres {
namespace {

using base::Deadline;
using base::ErrorKind;
using base::fail;
using TroubleKind = Link::Trouble::Kind;

// What may come in between one open() and the next: a thousand lock waits with long statements, the
// heaviest view there is, are about 5 MiB. libpq holds one row twice for a moment.
constexpr std::uint64_t kLargestReading = 24U << 20;

// Understood, a row of many values takes many times its text: one that cannot be of our views is
// not kept.
constexpr std::size_t kMostColumns = 100;

bool is_row(const base::Json& value) {
    return value.is_object() && value.size() <= kMostColumns &&
           std::none_of(value.begin(), value.end(),
                        [](const base::Json& one) { return one.is_structured(); });
}

}  // namespace

Session::Session(std::string instance, base::Secret dsn, base::Nanos timeout)
    : instance_(std::move(instance)), dsn_(std::move(dsn)), timeout_(timeout) {}

Session::~Session() = default;

void Session::close() {
    link_.reset();
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

    // in milliseconds, for the server and for TCP alike
    const auto limit = std::max<std::int64_t>(timeout_ / 1'000'000, 100);
    const auto seconds = std::min<std::int64_t>(deadline.remaining_ms().count(), limit) / 1000;
    values["application_name"] = "devops-insight";
    values["client_encoding"] = "UTF8";
    // libpq knows whole seconds, and takes one for two
    values["connect_timeout"] = std::to_string(std::max<std::int64_t>(seconds, 2));
    values["tcp_user_timeout"] = std::to_string(limit);
    // As start-up options, not SET: a pool would hand SET's effect on to somebody else's session;
    // options it refuses.
    values["options"] += fmt::format(
        // Functions of ours cannot be shadowed by a user's schema; compiling costs more than these
        // statements take.
        " -c default_transaction_read_only=on -c statement_timeout={0} -c lock_timeout=500"
        " -c idle_in_transaction_session_timeout=10000 -c search_path=pg_catalog -c jit=off",
        limit);
    return base::conninfo(values);
}

std::optional<net::ShownChain> Session::chain() const {
    return link_ ? link_->chain() : std::nullopt;
}

std::optional<std::string> Session::authority() const {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(dsn_.reveal().c_str(), nullptr), &PQconninfoFree);
    bool verified = false;
    std::string file;
    for (const auto* one = options.get(); one != nullptr && one->keyword != nullptr; ++one) {
        const std::string_view keyword = one->keyword;
        const std::string value = one->val == nullptr ? "" : one->val;
        if (keyword == "sslmode") verified = value == "verify-full";
        if (keyword == "sslrootcert") file = value;
    }
    if (!verified) return std::nullopt;
    return file;
}

base::Result<bool> Session::open(Deadline deadline) {
    if (link_) {
        link_->allow(kLargestReading);
        if (rows("SELECT 1 AS alive", 1, deadline.sooner(std::chrono::nanoseconds(timeout_))))
            return true;
        close();
    }
    auto text = parameters(deadline);
    if (!text) return fail(std::move(text.error()));
    auto link = Link::connect(*text, deadline.sooner(std::chrono::nanoseconds(timeout_)));
    if (!link) return fail(not_opened(link.error()));
    link_ = std::move(*link);
    link_->allow(kLargestReading);
    return false;
}

base::Error Session::not_opened(const Link::Trouble& trouble) const {
    switch (trouble.kind) {
        case TroubleKind::Timeout:
            return {ErrorKind::Timeout,
                    fmt::format("PostgreSQL {} accepted no session in time: look at its host, its "
                                "port and the network between",
                                instance_)};
        case TroubleKind::TooLarge:
            // A server says a few hundred bytes here, and no refusal of one fills a page.
            return {ErrorKind::TooLarge,
                    fmt::format("what answers for PostgreSQL {} greets without end ({} KiB before "
                                "it let us in): it is no PostgreSQL, correct the dsn",
                                instance_, Link::kLargestGreeting >> 10)};
        case TroubleKind::Said:
            break;
    }
    if (trouble.words.empty())
        return {ErrorKind::Unavailable,
                fmt::format("PostgreSQL {} ended the connection without a word: look at its log",
                            instance_)};
    return explain(instance_, trouble.sqlstate, trouble.words);
}

base::Error Session::broken(const Link::Trouble& trouble) {
    const bool lost = trouble.kind != TroubleKind::Said || !link_->is_alive();
    if (lost) close();
    if (trouble.kind == TroubleKind::Said)
        return explain(instance_, trouble.sqlstate, trouble.words);
    if (trouble.kind == TroubleKind::TooLarge)
        return {ErrorKind::TooLarge,
                fmt::format("PostgreSQL {} answered with more than {} MiB or more rows than asked "
                            "for: is it a PostgreSQL?",
                            instance_, kLargestReading >> 20)};
    return {ErrorKind::Timeout,
            fmt::format("PostgreSQL {} did not answer in time: look at its load and its host",
                        instance_)};
}

base::Result<std::vector<base::Json>> Session::rows(const View& view, Deadline deadline) {
    return rows(view.sql, view.limit, deadline);
}

base::Result<std::vector<base::Json>> Session::rows(std::string_view sql, std::size_t limit,
                                                    Deadline deadline) {
    if (!link_)
        return fail(ErrorKind::Unavailable, fmt::format("PostgreSQL {} has no session", instance_));
    const Deadline sooner = deadline.sooner(std::chrono::nanoseconds(timeout_));
    if (sooner.passed())
        return fail(
            ErrorKind::Timeout,
            fmt::format("no time was left to ask PostgreSQL {}: raise collectTimeout", instance_));
    const std::string wrapped =
        // One row more than asked for tells that there would be more. As JSON, columns come with
        // names and types whatever the version has.
        fmt::format("SELECT row_to_json(q)::text FROM ({}) q LIMIT {}", sql, limit + 1);
    const auto texts = link_->column(wrapped, limit + 1, sooner);
    if (!texts) return fail(broken(texts.error()));
    std::vector<base::Json> out;
    out.reserve(texts->size());
    for (const std::string& text : *texts) {
        auto value = base::parse_json(base::clean_utf8(text), "a row of PostgreSQL",
                                      {.bytes = Link::kLargestRow, .depth = 2});
        if (!value) return fail(std::move(value.error()));
        if (!is_row(*value))
            return fail(ErrorKind::Corrupt,
                        fmt::format("what answers for PostgreSQL {} gave a row that is none: "
                                    "correct the dsn",
                                    instance_));
        out.push_back(std::move(*value));
    }
    return out;
}

}  // namespace insight::collectors::postgres
