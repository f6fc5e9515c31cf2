#include "collectors/skywalking/api.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::skywalking {
namespace {

using base::Error;
using base::ErrorKind;
using base::fail;
using base::Json;

constexpr std::size_t kMostBytes = 96U << 20;  // of one collection
constexpr std::size_t kMostErrors = 100;
constexpr std::size_t kLongestWords = 300;

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

// graphql-java's words for a question that is too much for one request.
bool says_too_long(std::string_view words) {
    return has(words, "query complexity") || has(words, "query depth") || has(words, "tokens have");
}

// "Exception while fetching data (/a3) : java.io.IOException: no shard" → the end of it
std::string words_of(const Json& error) {
    std::string words = base::text_at(error, "message", "no reason given");
    const std::size_t at = words.find(") : ");
    if (words.starts_with("Exception while fetching data") && at != std::string::npos)
        words = words.substr(at + 4);
    return shown(words, kLongestWords);
}

std::string field_of(const Json& error) {
    const Json& path = base::array_at(error, "path");
    return !path.empty() && path[0].is_string() ? path[0].get<std::string>() : std::string();
}

}  // namespace

Error Api::refused(int status, const std::string& words) const {
    const std::string& who = access_.instance;
    switch (status) {
        case 401:
        case 403:
            return {ErrorKind::Denied,
                    fmt::format("what stands before SkyWalking {} refuses our credentials (HTTP "
                                "{}): configure `token`, or `user` and `password`",
                                who, status),
                    words};
        case 404:
        case 405:
            return {ErrorKind::NotFound,
                    fmt::format("{} has no /graphql: `url` of SkyWalking {} is the OAP server's "
                                "own address (port 12800), or that of its UI",
                                access_.url, who),
                    words};
        case 429:
        case 503:
        case 504:
            return {ErrorKind::Unavailable,
                    fmt::format("SkyWalking {} is too busy or not ready (HTTP {}): look at the "
                                "load and the log of the OAP server and of its storage",
                                who, status),
                    words};
        default:
            return {ErrorKind::Unavailable,
                    fmt::format("SkyWalking {} answered HTTP {}: look at the log of the OAP "
                                "server, or of the proxy before it",
                                who, status),
                    words};
    }
}

Error Api::invalid(const std::string& words) const {
    if (says_too_long(words))
        return {ErrorKind::TooLarge,
                fmt::format("SkyWalking {} does not take that long a question: raise "
                            "SW_QUERY_MAX_QUERY_COMPLEXITY",
                            access_.instance),
                words};
    return {ErrorKind::Invalid,
            fmt::format("SkyWalking {} does not know what it is asked: another version answers "
                        "there than introspection said",
                        access_.instance),
            words};
}

base::Result<Answer> Api::ask(const std::string& document, const Json& variables,
                              base::Deadline deadline, std::size_t max_body) {
    const std::string& who = access_.instance;
    const std::size_t used = bytes_;
    if (used >= kMostBytes)
        return fail(ErrorKind::TooLarge,
                    fmt::format("SkyWalking {} gave {} MiB for this window already", who,
                                kMostBytes >> 20));
    net::Request out = access_.request("/graphql", deadline, std::min(max_body, kMostBytes - used));
    out.method = "POST";
    out.headers.emplace_back("Content-Type", "application/json");
    out.body = base::dump_json({{"query", document}, {"variables", variables}});
    const auto response = transport_.send(out);
    if (!response) return fail(response.error());
    bytes_ += response->body.size();

    const std::string body = base::clean_utf8(response->body);
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    // Web pages of proxies and log-in portals come with any status, 200 too.
    const bool page = start != std::string::npos && body[start] == '<';
    auto value = page ? base::Result<Json>(fail(ErrorKind::Corrupt, "a web page"))
                      : base::parse_json(body, "the answer of SkyWalking " + who);
    const bool graphql =
        value && value->is_object() && (value->contains("data") || value->contains("errors"));
    // a question that is refused comes as HTTP 400 with GraphQL errors
    if (response->status != 200 && !(response->status == 400 && graphql))
        return fail(refused(response->status, shown(page ? "a web page" : body, kLongestWords)));
    if (page)
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is a web page, not SkyWalking {}: correct "
                                "`url`, or give the credentials its proxy asks for",
                                access_.url, who));
    if (!graphql)
        return fail(ErrorKind::Corrupt,
                    fmt::format("what answers at {} is not the GraphQL of SkyWalking {}: correct "
                                "`url`",
                                access_.url, who),
                    value ? "" : value.error().message);

    Answer answer;
    for (const Json& error : base::array_at(*value, "errors")) {
        if (answer.errors.size() >= kMostErrors) break;
        answer.errors.push_back({field_of(error), words_of(error)});
        // An error without a field is one of the question itself: nothing of it was answered.
        if (answer.errors.back().field.empty()) return fail(invalid(answer.errors.back().message));
    }
    if (const auto data = value->find("data"); data != value->end() && data->is_object())
        answer.data = std::move(*data);
    else if (answer.errors.empty())
        return fail(ErrorKind::Corrupt,
                    fmt::format("SkyWalking {} gave neither data nor errors", who));
    return answer;
}

bool worth_splitting(const Error& error) {
    return error.kind == ErrorKind::TooLarge;
}

bool ends_all(const Error& error) {
    // What refuses one question so refuses each that follows.
    return error.kind == ErrorKind::Denied || error.kind == ErrorKind::NotFound ||
           error.kind == ErrorKind::Timeout || error.kind == ErrorKind::Corrupt ||
           error.kind == ErrorKind::Unavailable;
}

}  // namespace insight::collectors::skywalking
