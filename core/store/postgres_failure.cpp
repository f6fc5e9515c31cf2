// What libpqxx throws as sentences. Codes: PostgreSQL's documentation, appendix A.
#include <fmt/format.h>

#include "core/store/postgres.h"

namespace insight::store {
namespace {

using Kind = SqlFailure::Kind;
using base::ErrorKind;

struct Meaning {
    std::string_view code;  // SQLSTATE, or its class
    Kind kind;
    ErrorKind error;
    std::string_view why;
    std::string_view remedy;
};

// The first that fits counts: single codes stand before the class they are of.
constexpr std::array<Meaning, 15> kMeanings{{
    {"23505", Kind::Unique, ErrorKind::Internal, "refused a statement", "please report this"},
    {"40", Kind::Race, ErrorKind::Unavailable,
     "is written by several processes that block "
     "each other",
     "it is tried again by itself; look into pg_stat_activity when this stays"},
    {"55P03", Kind::Outside, ErrorKind::Unavailable, "kept a lock from us for 10 seconds",
     "look for the session that holds it in pg_stat_activity and pg_locks"},
    {"57014", Kind::Outside, ErrorKind::Unavailable, "took over 30 seconds for one statement",
     "look for what slows it down or blocks it in pg_stat_activity"},
    {"57", Kind::Connection, ErrorKind::Unavailable,
     "is stopping, starting or was told to hang "
     "up",
     "wait until the server is back; it goes on by itself"},
    {"25P03", Kind::Connection, ErrorKind::Unavailable,
     "hung up because this process did "
     "nothing for 30 seconds inside a transaction",
     "give the process more processor time"},
    {"25006", Kind::Connection, ErrorKind::Unavailable, "cannot be written",
     "it is a standby or read-only: name the primary, or add target_session_attrs=read-write to "
     "'store'"},
    {"53100", Kind::Outside, ErrorKind::Unavailable, "has no room left on its disk",
     "free some space there; it goes on by itself"},
    {"53", Kind::Connection, ErrorKind::Unavailable, "ran out of memory or connections",
     "give the server more, or run fewer replicas"},
    {"58", Kind::Outside, ErrorKind::Unavailable, "met an error of its system",
     "look into the server's log, and check its disk"},
    // The server's own fault, or that of one of its extensions; the others of XX are damage.
    {"XX000", Kind::Outside, ErrorKind::Unavailable, "met an error inside of itself",
     "look into the server's log"},
    {"XX", Kind::Outside, ErrorKind::Unavailable, "is damaged",
     "look into the server's log, and restore a backup where it says so"},
    {"42501", Kind::Outside, ErrorKind::Unavailable, "refuses a right to this user",
     "grant USAGE and CREATE on the schema, and its tables, to the user named in 'store'"},
    {"42P01", Kind::Outside, ErrorKind::Unavailable, "lacks one of its tables",
     "somebody changed the schema: restore a backup"},
    {"54", Kind::Statement, ErrorKind::TooLarge, "cannot hold a value of this size",
     "make it smaller"},
}};

SqlFailure told(const Meaning& meaning, std::string_view place, std::string words) {
    return {meaning.kind,
            {meaning.error, fmt::format("the store {} {}: {}", place, meaning.why, meaning.remedy),
             std::move(words)}};
}

SqlFailure of_code(std::string_view code, std::string_view place, std::string words) {
    for (const Meaning& meaning : kMeanings)
        if (code.starts_with(meaning.code)) return told(meaning, place, std::move(words));
    return {Kind::Statement,
            {ErrorKind::Internal,
             fmt::format("the store {} refused a statement: please report this", place),
             std::move(words)}};
}

// libpqxx keeps the code of some errors only in their type.
std::string_view code_of(const std::exception& thrown) {
    if (const auto* sql = dynamic_cast<const pqxx::sql_error*>(&thrown);
        sql != nullptr && !sql->sqlstate().empty())
        return sql->sqlstate();
    const auto is = [&]<typename Type>(const Type*) {
        return dynamic_cast<const Type*>(&thrown) != nullptr;
    };
    if (is(static_cast<const pqxx::unique_violation*>(nullptr))) return "23505";
    if (is(static_cast<const pqxx::transaction_rollback*>(nullptr))) return "40000";
    if (is(static_cast<const pqxx::insufficient_privilege*>(nullptr))) return "42501";
    if (is(static_cast<const pqxx::undefined_table*>(nullptr))) return "42P01";
    if (is(static_cast<const pqxx::disk_full*>(nullptr))) return "53100";
    if (is(static_cast<const pqxx::too_many_connections*>(nullptr))) return "53300";
    if (is(static_cast<const pqxx::insufficient_resources*>(nullptr))) return "53000";
    return {};
}

// The server's first line; what follows repeats the statement.
std::string words_of(const std::exception& thrown) {
    std::string_view words = thrown.what();
    words = words.substr(0, words.find('\n'));
    return std::string(words);
}

}  // namespace

SqlFailure postgres_failure(const std::exception& thrown, std::string_view place, bool open) {
    const std::string words = words_of(thrown);
    if (dynamic_cast<const pqxx::in_doubt_error*>(&thrown) != nullptr)
        return {Kind::Connection,
                {ErrorKind::Unavailable,
                 fmt::format("the store {} went away while it wrote: send it again; what was "
                             "written nevertheless is known by its key",
                             place),
                 words}};
    if (const std::string_view code = code_of(thrown); !code.empty()) {
        SqlFailure failure = of_code(code, place, words);
        if (open || failure.wants_new_connection()) return failure;
    }
    if (open && dynamic_cast<const pqxx::broken_connection*>(&thrown) == nullptr)
        return of_code("", place, words);
    return {Kind::Connection,
            {ErrorKind::Unavailable,
             fmt::format("the store {} cannot be reached: check that the server runs, and host, "
                         "database, user and password below 'store'; it goes on by itself once "
                         "the server answers",
                         place),
             words}};
}

}  // namespace insight::store
