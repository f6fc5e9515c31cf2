#include "collectors/elasticsearch/api.h"

#include <fmt/format.h>

#include <array>

#include "collectors/coverage.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Error;
using base::ErrorKind;
using base::Json;

// {"error": {"type", "reason", "root_cause": […]}, "status"}; some routes give a plain text.
struct Words {
    std::string type;
    std::string reason;
};

Words words_of(std::string_view body) {
    const auto value = base::parse_json(body, "an error", {1U << 20, 64});
    if (!value || !value->is_object()) return {"", shown(body, 200)};
    const Json& error = base::object_at(*value, "error");
    if (error.empty()) return {"", shown(base::text_at(*value, "error", "no reason given"), 300)};
    Words out{base::text_at(error, "type"), base::text_at(error, "reason")};
    // "all shards failed" says nothing: the first root cause does
    for (const Json& root : base::array_at(error, "root_cause")) {
        const std::string type = base::text_at(root, "type");
        if (type.empty() || (type == out.type && base::text_at(root, "reason") == out.reason))
            continue;
        out.type = type;
        out.reason = base::text_at(root, "reason");
        break;
    }
    const Json& cause = base::object_at(error, "caused_by");
    if (!cause.empty() && out.reason.find(base::text_at(cause, "reason")) == std::string::npos)
        out.reason += "; " + base::text_at(cause, "reason");
    return {shown(out.type, 80), shown(out.reason, 400)};
}

// A log-in page of a proxy, with status 200 as often as not.
bool is_web_page(std::string_view body) {
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && body[start] == '<';
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

}  // namespace

Error explain(const HttpAccess& access, std::string_view path, int status, std::string_view body) {
    const std::string& who = access.instance;
    const std::string_view route = path.substr(0, path.find('?'));
    const bool page = is_web_page(body);
    const Words words = page ? Words{"", "a web page"} : words_of(body);
    const std::string cause = words.type.empty() ? words.reason : words.type + ": " + words.reason;
    const auto error = [&](ErrorKind kind, std::string message) {
        return Error{kind, std::move(message), cause};
    };
    // Before the status: versions give the same block as 403, 429 or 503.
    if (words.type == "cluster_block_exception" || has(words.type, "master_not_discovered") ||
        has(words.type, "manager_not_discovered"))
        return error(ErrorKind::Unavailable,
                     fmt::format("Elasticsearch {} is blocked (HTTP {}): look at its cluster state "
                                 "and master election",
                                 who, status));
    switch (status) {
        case 401:
            return error(ErrorKind::Denied,
                         fmt::format("Elasticsearch {} refuses our credentials (HTTP 401): "
                                     "configure `apiKey`, `token`, or `user` and `password`",
                                     who));
        // its reason names the action and the indices that the role lacks
        case 403:
            return error(ErrorKind::Denied,
                         fmt::format("Elasticsearch {} forbids {}: grant the privilege named in "
                                     "its words, or all of the role that doctor prints",
                                     who, route));
        case 404:
            if (has(words.type, "index_not_found"))
                return error(
                    ErrorKind::NotFound,
                    fmt::format("Elasticsearch {} has no such index: correct `indices`", who));
            if (has(words.type, "search_context_missing"))
                return error(ErrorKind::NotFound,
                             fmt::format("Elasticsearch {} gave up our search context before it "
                                         "was read whole",
                                         who));
            return error(ErrorKind::NotFound,
                         fmt::format("{} has no {}: correct `url` of Elasticsearch {}", access.url,
                                     route, who));
        // An older or newer server, or a gateway with a list of allowed routes.
        case 400:
        case 405:
        case 406:
        case 415:
            return error(
                ErrorKind::Invalid,
                fmt::format("Elasticsearch {} does not take {} (HTTP {})", who, route, status));
        case 408:
        case 504:
            return error(ErrorKind::Timeout,
                         fmt::format("Elasticsearch {} did not finish {} in time (HTTP {}): look "
                                     "at its load",
                                     who, route, status));
        case 413:
            return error(
                ErrorKind::TooLarge,
                fmt::format("the answer to {} is too large for Elasticsearch {}", route, who));
        case 429:
            return error(ErrorKind::Unavailable,
                         fmt::format("Elasticsearch {} is overloaded and refuses {} (HTTP 429): "
                                     "look at its thread pools, heap and breakers",
                                     who, route));
        default:
            return error(ErrorKind::Unavailable,
                         fmt::format("Elasticsearch {} answered HTTP {} to {}: look at its log, or "
                                     "at the proxy before it",
                                     who, status, route));
    }
}

// By the exception's name, which both products and all versions share; status codes they do not.
std::string_view refusal(const Error& error) {
    struct Reason {
        std::string_view type, reason;
    };
    static constexpr std::array kReasons{
        Reason{"es_rejected_execution_exception", "rejected"},
        Reason{"rejected_execution_exception", "rejected"},
        Reason{"circuit_breaking_exception", "circuit_breaker"},
        Reason{"master_not_discovered_exception", "no_master"},
        Reason{"cluster_manager_not_discovered_exception", "no_master"},
        Reason{"no_shard_available_action_exception", "no_shard"},
        Reason{"cluster_block_exception", "read_block"},
    };
    if (error.kind != ErrorKind::Unavailable) return {};
    for (const Reason& one : kReasons)
        if (error.cause.starts_with(one.type)) return one.reason;
    return {};
}

// HTTP 200 says nothing of completeness: shards that failed, time that ran out and clusters that
// were skipped are only told in the body.
std::string missing_part(const Json& answer) {
    std::string out;
    const auto say = [&](const std::string& words) { out += (out.empty() ? "" : "; ") + words; };
    const Json& shards = base::object_at(answer, "_shards");
    if (const auto failed = base::integer_at(shards, "failed"); failed > 0) {
        std::string why;
        for (const Json& failure : base::array_at(shards, "failures")) {
            const Json& reason = base::object_at(failure, "reason");
            why = fmt::format("({}: {})", base::text_at(reason, "type"),
                              base::text_at(reason, "reason"));
            break;
        }
        say(fmt::format("{} of {} shards failed{}{}", failed, base::integer_at(shards, "total"),
                        why.empty() ? "" : " ", shown(why, 200)));
    }
    if (base::flag_at(answer, "timed_out")) say("the search ran out of its time");
    const Json& clusters = base::object_at(answer, "_clusters");
    if (const auto skipped = base::integer_at(clusters, "skipped"); skipped > 0)
        say(fmt::format("{} remote clusters were left out", skipped));
    return out;
}

// Index patterns keep their stars and commas; a slash would end the part and name another route.
std::string path_part(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') ||
                           std::string_view("-_.*,:~@").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

base::Result<Json> Api::get(std::string_view path, base::Deadline deadline, std::size_t max_body) {
    return send("GET", path, nullptr, deadline, max_body);
}

base::Result<Json> Api::post(std::string_view path, const Json& body, base::Deadline deadline,
                             std::size_t max_body) {
    return send("POST", path, &body, deadline, max_body);
}

base::Result<Json> Api::drop(std::string_view path, const Json& body, base::Deadline deadline) {
    return send("DELETE", path, &body, deadline, 1U << 20);
}

base::Result<Json> Api::send(std::string_view method, std::string_view path, const Json* body,
                             base::Deadline deadline, std::size_t max_body) {
    net::Request request = access_.request(path, deadline, max_body);
    request.method = std::string(method);
    request.idle_timeout = request.deadline.remaining_ms();  // a search is silent while it works
    request.headers.emplace_back("X-Opaque-Id", std::string(kOpaqueId));
    if (body != nullptr) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.body = base::dump_json(*body);
    }
    auto response = transport_.send(request);
    if (!response) return base::fail(std::move(response.error()));
    if (response->status != 200 && response->status != 201)
        return base::fail(explain(access_, path, response->status, response->body));
    auto value = is_web_page(response->body)
                     ? base::Result<Json>(base::fail(ErrorKind::Corrupt, "a web page"))
                     : base::parse_json(response->body, "the answer", {max_body, 100});
    if (!value || !value->is_structured())
        return base::fail(ErrorKind::Corrupt,
                          fmt::format("what answers at {} is not Elasticsearch {}: correct `url`, "
                                      "or look at the proxy before it",
                                      access_.url, access_.instance),
                          value ? "" : value.error().message);
    return std::move(*value);
}

}  // namespace insight::collectors::elasticsearch
