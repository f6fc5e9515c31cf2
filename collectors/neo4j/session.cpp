#include "collectors/neo4j/session.h"

#include <fmt/format.h>

#include <ctime>

#include "collectors/coverage.h"
#include "collectors/neo4j/answer.h"
#include "collectors/neo4j/failure.h"
#include "collectors/neo4j/queries.h"
#include "core/base/text.h"

namespace insight::collectors::neo4j {
namespace {

using base::Error;
using base::ErrorKind;
using base::fail;
using base::Json;

constexpr std::size_t kMostBytes = 16U << 20;  // of one answer
constexpr base::JsonLimits kLimits{kMostBytes, 64};

// "Sat, 21 Nov 2026 06:30:01 GMT" (RFC 9110); 0 when it is not.
base::Nanos http_date(std::string_view text) {
    std::tm parts{};
    const std::string copy(text);
    const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return end == nullptr ? 0 : static_cast<base::Nanos>(timegm(&parts)) * base::kSecond;
}

// A database's name in a path: what is not plain is escaped.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_') {
            out += c;
        } else {
            out += fmt::format("%{:02X}", byte);
        }
    }
    return out;
}

// The Query API is switched off, or lacks the Bolt connector that it runs on.
bool lacks_query_api(const Error& error) {
    return error.kind == ErrorKind::NotFound
               ? !error.cause.starts_with("Neo.ClientError.Database")
               : error.cause.starts_with("Neo.DatabaseError.General.UnknownError");
}

}  // namespace

Error Session::not_neo4j(const std::string& words) const {
    return {ErrorKind::Corrupt,
            fmt::format("what answers at {} is not the HTTP port of Neo4j {}: correct `url` "
                        "(http://host:7474 unless changed)",
                        access_.url, access_.instance),
            shown(words, 200)};
}

base::Result<Welcome> Session::greet(const base::Clock& clock, base::Deadline deadline) {
    const base::Nanos asked = clock.now();
    const auto response = transport_.send(access_.request("/", deadline, 64U << 10));
    if (!response) {
        Error error = response.error();
        if (error.kind == ErrorKind::TooLarge) return fail(not_neo4j("a long page"));
        return fail(std::move(error));
    }
    if (response->status != 200)
        return fail(
            explain({access_.instance, user_, {}, {}}, response->status, {}, response->body));
    const auto body =
        base::parse_json(base::clean_utf8(response->body), "the welcome of Neo4j", {64U << 10, 16});
    if (!body || !body->is_object()) return fail(not_neo4j(response->body));
    Welcome out;
    out.version = shown(base::text_at(*body, "neo4j_version"), 40);
    out.edition = shown(base::text_at(*body, "neo4j_edition"), 40);
    out.query_api = !base::text_at(*body, "query").empty();
    if (out.version.empty()) return fail(not_neo4j(base::dump_json(*body)));
    if (const base::Nanos date = http_date(response->header("Date")); date != 0) {
        // the header is cut to whole seconds: its middle is the best guess
        const base::Nanos ours = asked + (clock.now() - asked) / 2;
        out.clock_skew_s = base::to_seconds(date + base::kSecond / 2 - ours);
        out.clock_known = true;
    }
    query_api_ = out.query_api;
    return out;
}

base::Result<Table> Session::rows(std::string_view database, std::string_view statement,
                                  std::size_t limit, base::Deadline deadline,
                                  std::string_view grant) {
    if (deadline.passed())
        return fail(ErrorKind::Timeout,
                    fmt::format("no time was left to ask Neo4j {}: raise collectTimeout",
                                access_.instance));
    auto out = send(query_api_, database, statement, limit, deadline, grant);
    if (query_api_ && falls_back_ && !out && lacks_query_api(out.error())) {
        auto other = send(false, database, statement, limit, deadline, grant);
        if (other || !lacks_query_api(other.error())) {
            query_api_ = false;
            return other;
        }
    }
    // Once it has answered, a refusal is a statement's own and no reason to change the API.
    if (out) falls_back_ = false;
    return out;
}

base::Result<Table> Session::send(bool query_api, std::string_view database,
                                  std::string_view statement, std::size_t limit,
                                  base::Deadline deadline, std::string_view grant) {
    const std::string path =
        fmt::format("/db/{}/{}", escaped(database), query_api ? "query/v2" : "tx/commit");
    net::Request request = access_.request(path, deadline, kMostBytes);
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    const auto limit_ms =
        std::min<std::int64_t>(request.deadline.remaining_ms().count(),
                               std::max<std::int64_t>(access_.timeout / 1'000'000, 1));
    const std::string marked = std::string(statement) + std::string(kMark);
    if (query_api) {
        // Servers that are too old for maxExecutionTime (seconds) ignore it.
        request.body = base::dump_json({{"statement", marked},
                                        {"accessMode", "READ"},
                                        {"maxExecutionTime", (limit_ms + 999) / 1000}});
    } else {
        request.headers.emplace_back("access-mode", "READ");
        request.headers.emplace_back("max-execution-time", std::to_string(limit_ms));
        request.body = base::dump_json(
            {{"statements",
              Json::array({{{"statement", marked}, {"resultDataContents", {"row"}}}})}});
    }
    const auto response = transport_.send(request);
    if (!response) return fail(response.error());

    const std::string text = base::clean_utf8(response->body);
    const auto body = base::parse_json(text, "the answer of Neo4j", kLimits);
    std::optional<Answer> answer;
    if (body) answer = answer_of(*body, limit);
    const Asked asked{access_.instance, user_, database, grant};
    if (answer && !answer->code.empty())
        return fail(explain(asked, response->status, answer->code, answer->message));
    // The Query API answers 202; the transactional one 200, for errors of statements as well, which
    // is why the body is looked at first.
    if (response->status != 200 && response->status != 202)
        return fail(explain(asked, response->status, {}, text));
    if (!answer) return fail(not_neo4j(body ? text : body.error().text()));
    Table table;
    table.cut = answer->cut;
    table.rows = std::move(answer->rows);
    return table;
}

}  // namespace insight::collectors::neo4j
