#include "agent/http/envelope.h"

#include <spdlog/spdlog.h>

namespace insight::http {

using base::ErrorKind;
using base::Json;

int status_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Invalid:
            return 400;
        case ErrorKind::NotFound:
            return 404;
        case ErrorKind::Denied:
            return 403;
        case ErrorKind::Unavailable:
        case ErrorKind::Timeout:
            return 503;
        case ErrorKind::TooLarge:
            return 413;
        case ErrorKind::Conflict:
            return 409;
        case ErrorKind::Corrupt:
        case ErrorKind::Internal:
            return 500;
    }
    return 500;
}

void add_security_headers(Response& response, std::string_view policy) {
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    // "no-referrer" would make browsers send "Origin: null" with our own forms.
    response.headers.push_back({"Referrer-Policy", "same-origin"});
    response.headers.push_back({"X-Frame-Options", "DENY"});
    response.headers.push_back({"Content-Security-Policy", std::string(policy)});
}

Response Envelope::wrap(const Request& request, int status, bool success, std::string_view data,
                        std::string_view error) const {
    Response response{.status = status};
    response.headers.push_back({"Content-Type", "application/json"});
    response.headers.push_back({"Cache-Control", "no-store"});
    add_security_headers(response, kApiPolicy);
    if (status == 503) response.headers.push_back({"Retry-After", std::string(kRetryAfter)});
    const Json meta{{"requestId", request.id},
                    {"timestamp", base::format_rfc3339(clock_->now())},
                    {"version", version_}};
    response.body = fmt::format("{{\"success\":{},\"data\":{},\"error\":{},\"meta\":{}}}\n",
                                success, data, error, base::dump_json(meta));
    return response;
}

Response Envelope::data(const Request& request, int status, const Json& data) const {
    return wrap(request, status, true, base::dump_json(data), "null");
}

Response Envelope::text(const Request& request, int status, std::string_view json) const {
    return wrap(request, status, true, json, "null");
}

Response Envelope::error(const Request& request, int status, std::string_view code,
                         std::string_view message, const Json& details) const {
    const Json error{{"code", code}, {"message", message}, {"details", details}};
    return wrap(request, status, false, "null", base::dump_json(error));
}

Response Envelope::error(const Request& request, const base::Error& failure) const {
    const int status = status_of(failure.kind);
    if (status >= 500) spdlog::warn("request {} failed: {}", request.id, failure.text());
    return error(request, status, base::name(failure.kind), failure.message);
}

}  // namespace insight::http
