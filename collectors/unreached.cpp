#include "collectors/unreached.h"

#include <algorithm>
#include <array>

namespace insight::collectors {

std::string_view unreached(const base::Error& error) {
    const auto said = [&](std::string_view words) {
        return error.message.find(words) != std::string::npos ||
               error.cause.find(words) != std::string::npos;
    };
    // Whoever says that it took too long has said something; and whom we had no time to ask is not
    // silent.
    if (error.kind == base::ErrorKind::Timeout)
        return (error.cause.empty() || said("timeout expired")) && !said("no time was left")
                   ? "no_answer"
                   : "";
    if (error.kind != base::ErrorKind::Unavailable) return {};
    // of the kernel, of the resolver as libpq and hiredis pass it on, and of core/net
    static constexpr std::array<std::string_view, 8> kNoConnection{
        "Connection refused",        "No route to host",
        "Network is unreachable",    "could not translate host name",
        "Name or service not known", "name resolution",
        "failed: no connection",     "has no address",
    };
    return std::any_of(kNoConnection.begin(), kNoConnection.end(), said) ? "unreachable" : "";
}

const std::string& told_by(const base::Error& error) {
    return error.cause.empty() ? error.message : error.cause;
}

}  // namespace insight::collectors
