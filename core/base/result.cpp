#include "core/base/result.h"

namespace insight::base {

// HTTP answers carry these words as their code: clients compare them.
std::string_view name(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Invalid:
            return "invalid";
        case ErrorKind::NotFound:
            return "not_found";
        case ErrorKind::Denied:
            return "denied";
        case ErrorKind::Unavailable:
            return "unavailable";
        case ErrorKind::Timeout:
            return "timeout";
        case ErrorKind::TooLarge:
            return "too_large";
        case ErrorKind::Corrupt:
            return "corrupt";
        case ErrorKind::Conflict:
            return "conflict";
        case ErrorKind::Internal:
            return "internal";
    }
    return "internal";
}

std::string Error::text() const {
    return cause.empty() ? message : message + " (" + cause + ")";
}

}  // namespace insight::base
