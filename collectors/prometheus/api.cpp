#include "collectors/prometheus/api.h"

#include <fmt/format.h>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::prometheus {
namespace {

using base::Error;
using base::ErrorKind;
using base::fail;

}  // namespace

base::Result<Answer> Api::get(std::string_view path, const Fields& fields, base::Deadline deadline,
                              std::size_t max_body) {
    net::Request out = access_.request("/api/v1/" + std::string(path), deadline, max_body);
    if (!fields.empty()) out.url += "?" + net::encode_form(fields);
    return send(out, path);
}

// Queries outgrow what proxies take as an address, so they are posted; a gateway that only lets GET
// through is remembered, not asked twice each time.
base::Result<Answer> Api::post(std::string_view path, const Fields& fields, base::Deadline deadline,
                               std::size_t max_body) {
    if (get_only_) return get(path, fields, deadline, max_body);
    net::Request out = access_.request("/api/v1/" + std::string(path), deadline, max_body);
    out.method = "POST";
    out.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    out.body = net::encode_form(fields);
    auto answer = send(out, path);
    if (!answer && answer.error().cause == "405") {
        get_only_ = true;
        return get(path, fields, deadline, max_body);
    }
    return answer;
}

Error Api::refused(int status, std::string_view path, const std::string& words) const {
    const std::string& who = access_.instance;
    switch (status) {
        case 401:
        case 403:
            return {ErrorKind::Denied,
                    fmt::format("Prometheus {} refuses our credentials (HTTP {}): configure "
                                "`token`, or `user` and `password`",
                                who, status),
                    words};
        case 404:
            return {ErrorKind::NotFound,
                    fmt::format("{} has no /api/v1/{}: correct `url` of Prometheus {} (a path "
                                "prefix?)",
                                access_.url, path, who),
                    words};
        case 400:
        case 422:
            return {ErrorKind::Invalid,
                    fmt::format("Prometheus {} cannot run this query (HTTP {})", who, status),
                    words};
        case 405:
            // post() knows it by this cause
            return {ErrorKind::Invalid, "only GET is allowed", "405"};
        case 503:
        case 504:
            // 503 stands for timed out, cancelled and not ready: only the words tell.
            return {words.find("timed out") != std::string::npos ? ErrorKind::Timeout
                                                                 : ErrorKind::Unavailable,
                    fmt::format("Prometheus {} is too busy or not ready (HTTP {}): look at its "
                                "load and its log",
                                who, status),
                    words};
        default:
            return {ErrorKind::Unavailable,
                    fmt::format("Prometheus {} answered HTTP {}: look at its log, or at the proxy "
                                "before it",
                                who, status),
                    words};
    }
}

base::Result<Answer> Api::send(const net::Request& request, std::string_view path) {
    auto response = transport_.send(request);
    if (!response) return fail(std::move(response.error()));
    const std::string body = base::clean_utf8(response->body);
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    const bool page = start != std::string::npos && body[start] == '<';
    // an error of the API has a JSON body; a proxy before it answers in its own way
    auto value = page ? base::Result<base::Json>(fail(ErrorKind::Corrupt, "a web page"))
                      : base::parse_json(body, "the answer of Prometheus " + access_.instance);
    if (response->status != 200) {
        const std::string words = value && value->is_object() ? base::text_at(*value, "error")
                                  : page                      ? "a web page"
                                                              : body;
        return fail(refused(response->status, path, shown(words, 300)));
    }
    if (page)
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is a web page, not Prometheus {}: correct "
                                "`url`, or give the credentials its proxy asks for",
                                access_.url, access_.instance));
    if (!value)
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is not Prometheus {}: correct `url`",
                                access_.url, access_.instance),
                    value.error().message);
    if (base::text_at(*value, "status") != "success" || !value->contains("data"))
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is not the API of Prometheus {}: correct `url`",
                                access_.url, access_.instance),
                    shown(base::text_at(*value, "error"), 300));
    Answer answer;
    for (const base::Json& warning : base::array_at(*value, "warnings"))
        if (warning.is_string()) answer.warnings.push_back(shown(warning.get<std::string>(), 200));
    answer.data = std::move((*value)["data"]);
    return answer;
}

}  // namespace insight::collectors::prometheus
