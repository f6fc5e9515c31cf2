#include "collectors/postgres/grants.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <memory>

#include "collectors/common_probes.h"
#include "core/base/text.h"
#include "core/net/url.h"

namespace insight::collectors::postgres {
namespace {

// Always quoted: which plain words are reserved differs from release to release.
std::string identifier(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

}  // namespace

std::string grant_monitor(std::string_view role) {
    return fmt::format("GRANT pg_monitor TO {}", identifier(role));
}

std::string grants(const config::Instance& instance) {
    std::string role = "devops_insight";
    std::string database;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(instance.secret("dsn").reveal().c_str(), nullptr), &PQconninfoFree);
    for (const auto* one = options.get(); one != nullptr && one->keyword != nullptr; ++one) {
        if (one->val == nullptr) continue;
        if (std::string_view(one->keyword) == "user") role = one->val;
        if (std::string_view(one->keyword) == "dbname") database = one->val;
    }
    role = identifier(base::clean_utf8(role));
    if (database.empty()) database = "postgres";
    return fmt::format(
        // Three: the standing session, doctor's beside it, and one that the server has not noticed
        // to be gone.
        "CREATE ROLE {0} LOGIN PASSWORD '<password>' CONNECTION LIMIT 3;\n"
        "GRANT pg_monitor TO {0};\n"
        "GRANT CONNECT ON DATABASE {1} TO {0};\n"
        "ALTER ROLE {0} SET default_transaction_read_only = on;\n"
        "-- once in that database, with shared_preload_libraries = 'pg_stat_statements'\n"
        "CREATE EXTENSION IF NOT EXISTS pg_stat_statements;\n",
        role, identifier(base::clean_utf8(database)));
}

Probe encryption(const base::Json& row, const std::optional<net::ShownChain>& chain,
                 const std::optional<std::string>& authority, base::Nanos now) {
    constexpr const char* kFix =
        "add sslmode=verify-full and sslrootcert=FILE to the dsn, after turning on ssl on the "
        "server";
    const std::string address = base::text_at(row, "server_addr");
    // the local socket has no address
    // sslmode below verify-full checks no name: whoever sits on the way may show any certificate
    const bool near = address.empty() || net::is_this_machine(address);
    if (!base::flag_at(row, "ssl") || !chain) return plain_probe(near, true, kFix);
    if (authority) return certificate_probe(*chain, *authority, now);
    return {"TLS", near,
            chain->protocol + (near ? ", on this machine" : ", but anybody's certificate would do"),
            near ? "" : kFix};
}

}  // namespace insight::collectors::postgres
