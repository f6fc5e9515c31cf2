// SQLite's result codes as sentences.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include "core/store/sqlite.h"

namespace insight::store {
namespace {

using Kind = SqlFailure::Kind;

bool disk_full(int code, int system_error) {
    // A file size limit shows as an I/O error with EFBIG.
    const bool no_room = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
    return code == SQLITE_FULL || (code == SQLITE_IOERR && no_room);
}

}  // namespace

SqlFailure sqlite_failure(int extended, int system_error, std::string_view path,
                          std::string message) {
    using base::ErrorKind;
    const auto unavailable = [&](Kind kind, std::string_view why, std::string_view remedy) {
        return SqlFailure(
            kind, {ErrorKind::Unavailable, fmt::format("the store {} {}: {}", path, why, remedy),
                   std::move(message)});
    };
    const auto refused = [&](Kind kind) {
        return SqlFailure(
            kind, {ErrorKind::Internal,
                   fmt::format("the store {} refused a statement: please report this", path),
                   std::move(message)});
    };
    // Callers turn it into a Conflict of their own; others never see this sentence.
    if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY)
        return refused(Kind::Unique);
    // The low byte is the kind, what stands above it the detail.
    const int code = extended & 0xff;
    if (disk_full(code, system_error))
        return unavailable(Kind::Outside, "has no room left on its disk",
                           "free some space there; it goes on by itself");
    switch (code) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return unavailable(Kind::Outside, "is locked by another process",
                               "end what else has this file open, then try again");
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return unavailable(code == SQLITE_PERM ? Kind::Outside : Kind::Connection,
                               "cannot be written",
                               "give this user write permission on the file and its folder");
        case SQLITE_CANTOPEN:
            return unavailable(Kind::Connection, "cannot be opened",
                               "check that its folder exists and that this user may write there");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return unavailable(Kind::Connection, "is damaged or no database",
                               "move the file away, or put a backup in its place");
        case SQLITE_IOERR:
            return unavailable(Kind::Connection, "cannot be read or written",
                               "check the disk it is on");
        case SQLITE_NOMEM:
            return unavailable(Kind::Outside, "ran out of memory", "give the process more memory");
        case SQLITE_TOOBIG:
            return {Kind::Statement,
                    {ErrorKind::TooLarge,
                     fmt::format("a value is too large for the store {}: make it smaller", path),
                     std::move(message)}};
        default:
            return refused(Kind::Statement);
    }
}

}  // namespace insight::store
