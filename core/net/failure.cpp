#include "core/net/failure.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace insight::net {

using base::Error;
using base::ErrorKind;

namespace {

// Library and server words: outside text, so made safe and short.
std::string clean(const std::string& cause) {
    return base::shorten(base::one_line(base::redact(base::clean_utf8(cause))), 300);
}

}  // namespace

Error Failure::unreachable(const std::string& cause) const {
    return {ErrorKind::Unavailable,
            where_ + " failed: no connection; check the address and that the server runs",
            clean(cause)};
}

Error Failure::unresolved(const Error& error) const {
    return {error.kind, where_ + " failed: " + error.message, error.cause};
}

Error Failure::broken_off(const std::string& cause) const {
    return {ErrorKind::Unavailable,
            where_ + " failed: the server closed the connection before its answer was complete",
            clean(cause)};
}

Error Failure::out_of_time() const {
    return {ErrorKind::Timeout, where_ + " did not end within its deadline"};
}

Error Failure::silent(std::chrono::milliseconds idle) const {
    return {ErrorKind::Timeout,
            fmt::format("{} was given up after {} without a byte from the server", where_,
                        base::format_duration(std::chrono::nanoseconds(idle).count()))};
}

Error Failure::untrusted(const std::string& cause) const {
    return {ErrorKind::Unavailable,
            where_ + " failed: no trusted TLS connection; check the certificates of both sides",
            clean(cause)};
}

Error Failure::bad_tls_files(const std::string& cause) const {
    return {ErrorKind::Invalid, where_ + " was not sent: a TLS file cannot be used", clean(cause)};
}

Error Failure::too_large(std::size_t limit) const {
    return {ErrorKind::TooLarge,
            fmt::format("{} was stopped because its answer is larger than {}; ask for less", where_,
                        base::format_quantity(static_cast<double>(limit), "By"))};
}

Error Failure::headers_too_large() const {
    return {ErrorKind::TooLarge,
            where_ + " was stopped because the headers of its answer are too large"};
}

Error Failure::protocol_broken(const std::string& cause) const {
    return {ErrorKind::Corrupt, where_ + " failed: the server's answer breaks the HTTP protocol",
            clean(cause)};
}

Error Failure::too_many_redirects() const {
    return {ErrorKind::Unavailable, where_ + " failed: more than five redirects, probably a loop"};
}

Error Failure::insecure_redirect() const {
    return {ErrorKind::Unavailable,
            where_ + " failed: it redirects from https to http, which is not followed"};
}

Error Failure::needs_curl(std::string_view why) const {
    return {ErrorKind::Invalid,
            fmt::format("{} failed: the cpprest adapter cannot handle {}; choose the curl adapter",
                        where_, why)};
}

Error Failure::defect(const std::string& cause) const {
    return {ErrorKind::Internal, where_ + " failed inside the receiver of its answer",
            clean(cause)};
}

}  // namespace insight::net
