#include "core/store/store.h"

#include <fmt/format.h>

#include <future>

#include "core/store/postgres_database.h"
#include "core/store/sql_store.h"
#include "core/store/sqlite_database.h"

namespace insight::store {
namespace {

using base::ErrorKind;

constexpr std::string_view kSqlite = "sqlite:";

base::Result<std::unique_ptr<Store>> open_postgres(const std::string& url,
                                                   const base::Secret& password) {
    auto address = postgres_address(url, password);
    if (!address) return base::fail(address.error());
    auto database = PostgresDatabase::open(std::move(*address));
    if (!database) return base::fail(database.error());
    return std::make_unique<SqlStore>(std::move(*database));
}

}  // namespace

std::string_view name(Role role) {
    switch (role) {
        case Role::Viewer:
            return "viewer";
        case Role::Operator:
            return "operator";
        case Role::Approver:
            return "approver";
        case Role::Admin:
            return "admin";
    }
    return "viewer";
}

base::Result<Role> role_from(std::string_view text) {
    for (const Role role : {Role::Viewer, Role::Operator, Role::Approver, Role::Admin})
        if (name(role) == text) return role;
    return base::fail(
        ErrorKind::Invalid,
        fmt::format("\"{}\" is not a role: use viewer, operator, approver or admin", text));
}

base::Result<Accepted> Store::accept(model::Delivery delivery) {
    // Shared: the store's thread may still be inside set_value() when this one goes on.
    const auto promise = std::make_shared<std::promise<base::Result<Accepted>>>();
    auto answer = promise->get_future();
    accept(std::move(delivery),
           [promise](base::Result<Accepted> accepted) { promise->set_value(std::move(accepted)); });
    return answer.get();
}

base::Result<std::unique_ptr<Store>> open_store(const std::string& url,
                                                const base::Secret& password) {
    if (is_postgres_url(url)) return open_postgres(url, password);
    std::string path;
    if (url != kSqlite) {
        if (!url.starts_with("sqlite:///") || url.ends_with('/'))
            return base::fail(ErrorKind::Invalid,
                              fmt::format("the store \"{}\" is not understood: write "
                                          "sqlite:///absolute/path/insight.db or "
                                          "postgresql://user@host:5432/database",
                                          // the rest may hold a password
                                          url.substr(0, url.find(':') + 1)));
        path = url.substr(std::string_view("sqlite://").size());
    }
    auto database = SqliteDatabase::open(path);
    if (!database) return base::fail(database.error());
    return std::make_unique<SqlStore>(std::move(*database));
}

}  // namespace insight::store
