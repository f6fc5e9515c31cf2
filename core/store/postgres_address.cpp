#include "core/store/postgres_address.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "core/base/conninfo.h"

namespace insight::store {
namespace {

constexpr std::string_view kSchemaKey = "schema=";
constexpr std::string_view kUsualSchema = "devops_insight";
constexpr std::size_t kLongestSchema = 63;  // PostgreSQL cuts longer names off

using Keywords = std::map<std::string, std::string>;

// A host that is gone shows within these, whatever it was doing. The server's own limits are set
// with the session.
const Keywords kUsual{{"connect_timeout", "5"},      {"keepalives_idle", "20"},
                      {"keepalives_interval", "5"},  {"keepalives_count", "3"},
                      {"tcp_user_timeout", "15000"}, {"application_name", "devops-insight"},
                      {"client_encoding", "UTF8"}};

tl::unexpected<base::Error> not_understood(std::string_view why) {
    return base::fail(base::ErrorKind::Invalid,
                      fmt::format("the store's PostgreSQL URL {}: write "
                                  "postgresql://user@host:5432/database, with special characters "
                                  "of the user percent-encoded",
                                  why));
}

// Takes our own parameter out of the URL, which libpq would not know.
std::string take_schema(std::string& url) {
    for (std::size_t start = url.find('?'); start != std::string::npos;
         start = url.find('&', start + 1)) {
        if (url.compare(start + 1, kSchemaKey.size(), kSchemaKey) != 0) continue;
        const std::size_t end = std::min(url.find('&', start + 1), url.size());
        const std::size_t value = start + 1 + kSchemaKey.size();
        std::string schema = url.substr(value, end - value);
        if (end < url.size())
            url.erase(start + 1, end - start);
        else
            url.erase(start);
        return schema;
    }
    return std::string(kUsualSchema);
}

bool is_schema(std::string_view name) {
    return !name.empty() && name.size() <= kLongestSchema && (name[0] < '0' || name[0] > '9') &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

base::Result<Keywords> keywords_of(const std::string& url) {
    char* complaint = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> parsed(
        PQconninfoParse(url.c_str(), &complaint), PQconninfoFree);
    if (complaint != nullptr) PQfreemem(complaint);  // it may repeat a password
    if (!parsed) return not_understood("is not understood");
    Keywords keywords;
    for (const PQconninfoOption* one = parsed.get(); one->keyword != nullptr; ++one)
        if (one->val != nullptr) keywords[one->keyword] = one->val;
    return keywords;
}

std::string place_of(const Keywords& keywords) {
    const auto value = [&](const char* key) {
        const auto found = keywords.find(key);
        return found == keywords.end() ? std::string() : found->second;
    };
    std::string host = value("host");
    if (host.empty()) host = value("hostaddr");
    const std::string port = value("port");
    return fmt::format("postgresql://{}{}{}/{}", host, port.empty() ? "" : ":", port,
                       value("dbname"));
}

}  // namespace

bool is_postgres_url(const std::string& url) {
    return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

base::Result<PostgresAddress> postgres_address(const std::string& url,
                                               const base::Secret& password) {
    std::string known = url;
    const std::string schema = take_schema(known);
    if (!is_schema(schema))
        return not_understood("names a schema that is not 1 to 63 of a-z, 0-9 and _");
    auto keywords = keywords_of(known);
    if (!keywords) return base::fail(keywords.error());
    // A password with a / or @ of its own ends up as one of these, which are shown.
    const std::string& database = (*keywords)["dbname"];
    if (database.empty()) return not_understood("names no database");
    if ((*keywords)["port"].find_first_not_of("0123456789,") != std::string::npos ||
        database.find_first_of("@:/") != std::string::npos)
        return not_understood("has a port or database that cannot be one");
    if (!password.empty()) (*keywords)["password"] = password.reveal();
    // insert() keeps what is there: what the URL says comes before our own.
    keywords->insert(kUsual.begin(), kUsual.end());
    return PostgresAddress{base::Secret(base::conninfo(*keywords)), place_of(*keywords), schema};
}

}  // namespace insight::store
