// The one way a room reports failure: a value. No exception crosses a public header.
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace insight::base {

// Who has to act on an error; it also decides exit codes and HTTP answers.
enum class ErrorKind {
    Invalid,      // input or configuration is wrong: the caller must change it
    NotFound,     // the named thing does not exist
    Denied,       // authentication or permission
    Unavailable,  // the other side cannot be reached or refuses just now
    Timeout,      // a deadline passed
    TooLarge,     // a limit on size or count was reached
    Corrupt,      // bytes are not what they claim to be
    Conflict,     // the state moved on, or the thing exists already
    Internal      // our own defect
};

std::string_view name(ErrorKind kind);

// One sentence for a person at three in the morning: what, where, what to do.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    std::string cause{};  // the library's or server's own words; may be empty

    // message, followed by the cause in brackets where there is one
    [[nodiscard]] std::string text() const;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Status = Result<void>;

inline tl::unexpected<Error> fail(ErrorKind kind, std::string message, std::string cause = {}) {
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(cause)});
}

inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace insight::base
