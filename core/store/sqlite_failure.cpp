// SQLite's result codes as sentences.
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>

#include "core/store/sqlite.h"

namespace insight::store {
namespace {

int primary(int code) {
    return code & 0xff;
}

}  // namespace

bool SqlFailure::disk_full() const {
    // A file size limit shows as an I/O error with EFBIG.
    const bool no_room =
        system_error_ == ENOSPC || system_error_ == EDQUOT || system_error_ == EFBIG;
    return primary(code_) == SQLITE_FULL || (primary(code_) == SQLITE_IOERR && no_room);
}

bool SqlFailure::from_outside() const {
    switch (primary(code_)) {
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_CANTOPEN:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM:
            return true;
        default:
            return false;
    }
}

bool SqlFailure::wants_new_connection() const {
    switch (primary(code_)) {
        case SQLITE_IOERR:
            return !disk_full();
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return true;
        default:
            return false;
    }
}

bool SqlFailure::breaks_uniqueness() const {
    return code_ == SQLITE_CONSTRAINT_UNIQUE || code_ == SQLITE_CONSTRAINT_PRIMARYKEY;
}

base::Error SqlFailure::explain(std::string_view path) const {
    using base::ErrorKind;
    const auto unavailable = [&](std::string_view why, std::string_view remedy) {
        return base::Error{ErrorKind::Unavailable,
                           fmt::format("the store {} {}: {}", path, why, remedy), message_};
    };
    if (disk_full())
        return unavailable("has no room left on its disk",
                           "free some space there; it goes on by itself");
    switch (primary(code_)) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return unavailable("is locked by another process",
                               "end what else has this file open, then try again");
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return unavailable("cannot be written",
                               "give this user write permission on the file and its folder");
        case SQLITE_CANTOPEN:
            return unavailable("cannot be opened",
                               "check that its folder exists and that this user may write there");
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return unavailable("is damaged or no database",
                               "move the file away, or put a backup in its place");
        case SQLITE_IOERR:
            return unavailable("cannot be read or written", "check the disk it is on");
        case SQLITE_NOMEM:
            return unavailable("ran out of memory", "give the process more memory");
        case SQLITE_TOOBIG:
            return {ErrorKind::TooLarge,
                    fmt::format("a value is too large for the store {}: make it smaller", path),
                    message_};
        default:
            return {ErrorKind::Internal,
                    fmt::format("the store {} refused a statement: please report this", path),
                    message_};
    }
}

}  // namespace insight::store
