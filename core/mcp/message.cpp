#include "core/mcp/message.h"

#include <charconv>

#include "core/base/text.h"

namespace insight::mcp {
namespace {

using base::Json;

constexpr std::size_t kDepth = 100;  // no honest result is; what is made of it recurses

std::string line(Json message) {
    message["jsonrpc"] = "2.0";
    return base::dump_json(message) + "\n";
}

std::optional<std::int64_t> number_after(std::string_view text, std::size_t at) {
    std::int64_t id = 0;
    text.remove_prefix(at);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end == text.data() + text.size()) return std::nullopt;
    return *end == ',' || *end == '}' ? std::optional(id) : std::nullopt;
}

}  // namespace

base::Result<Incoming> read_message(std::string_view text) {
    auto value = base::parse_json(text, "a message", {.bytes = kMostMessage, .depth = kDepth});
    if (!value || !value->is_object())
        return base::fail(base::ErrorKind::Corrupt, "what came is no JSON-RPC message");
    Json& message = *value;
    Incoming out;
    out.method = base::shorten(base::clean_utf8(base::text_at(message, "method")), 128);
    if (!out.method.empty()) {
        out.kind = message.contains("id") ? Incoming::Kind::Request : Incoming::Kind::Notification;
        if (out.kind == Incoming::Kind::Request) out.request_id = std::move(message["id"]);
        return out;
    }
    out.kind = Incoming::Kind::Answer;
    // Ids of ours are numbers; an answer to any other is to nobody.
    if (message.contains("id") && message["id"].is_number_integer())
        out.id = message["id"].get<std::int64_t>();
    if (message.contains("error") && message["error"].is_object()) {
        Json& error = message["error"];
        const auto code = base::integer_at(error, "code");
        out.answer.refusal =
            // JSON-RPC sets no bounds to a code
            Refusal{static_cast<int>(std::clamp<std::int64_t>(code, -99'999, 99'999)),
                    base::text_at(error, "message"), Json()};
        if (error.contains("data")) out.answer.refusal->data = std::move(error["data"]);
        return out;
    }
    if (!message.contains("result"))
        return base::fail(base::ErrorKind::Corrupt,
                          "what came is no request, no result and no error");
    out.answer.result = std::move(message["result"]);
    return out;
}

std::optional<std::int64_t> apparent_id(std::string_view head, std::string_view tail) {
    constexpr std::string_view kId = "\"id\":";
    const auto number = [&](std::string_view text, std::size_t at) {
        at += kId.size();
        return number_after(text, at < text.size() && text[at] == ' ' ? at + 1 : at);
    };
    // `{"jsonrpc":"2.0","id":7,…` as Go and Python write it, `…,"id":7}` as the TypeScript SDK does
    // Further in, an "id" may be one of the result's own.
    head = head.substr(0, 48);
    if (const std::size_t at = head.find(kId); at != std::string_view::npos)
        if (const auto id = number(head, at)) return id;
    while (!tail.empty() && (tail.back() == '\r' || tail.back() == ' ')) tail.remove_suffix(1);
    const std::size_t at = tail.rfind(kId);
    if (at == std::string_view::npos || tail.size() - at > 32) return std::nullopt;
    return number(tail, at);
}

std::string request_line(std::int64_t id, std::string_view method, const Json& params) {
    return line({{"id", id}, {"method", method}, {"params", params}});
}

std::string notification_line(std::string_view method, const Json& params) {
    Json message{{"method", method}};
    if (!params.empty()) message["params"] = params;
    return line(std::move(message));
}

// Every request is owed an answer: a server that gets none may wait before it goes on.
std::string reply_line(const Incoming& request) {
    if (request.method == "ping")
        return line({{"id", request.request_id}, {"result", Json::object()}});
    return line({{"id", request.request_id},
                 {"error",
                  {{"code", kMethodNotFound},
                   {"message", "this client offers no roots, sampling or elicitation"}}}});
}

}  // namespace insight::mcp
