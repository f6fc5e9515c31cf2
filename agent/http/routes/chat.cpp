// Questions and answers, as JSON or as a stream of events.
#include <fmt/format.h>

#include "agent/chat/chat.h"
#include "agent/http/routes/routes.h"
#include "agent/http/workers.h"
#include "core/base/text.h"

namespace insight::http {
namespace {

using agent::chat::Asked;
using base::Json;

// Answers may wait for an investigation, so they have threads of their own.
// Handlers run on two workers (server.cpp), which an answer of minutes would block for everybody.
constexpr int kAtOnce = 4;
constexpr std::size_t kWaiting = 8;
constexpr std::chrono::seconds kLongest{170};
constexpr std::chrono::seconds kToSayIt{5};  // once the time for the answer is over

struct Desk {
    explicit Desk(const Parts& parts)
        : own(parts.store, parts.clock), chat(parts.chat != nullptr ? *parts.chat : own) {}
    ~Desk() { chat.stop(); }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    agent::chat::Chat own;
    agent::chat::Chat& chat;
    Workers threads{kAtOnce, kWaiting};  // last: joined before the chat goes
};

base::Result<Asked> asked_from(const std::string& body) {
    const auto json = base::parse_json(body, "the request body", {.bytes = 64U << 10, .depth = 8});
    if (!json) return base::fail(json.error());
    if (!json->is_object())
        return base::fail(base::ErrorKind::Invalid,
                          R"(the request body must be an object like {"question": "…"})");
    Asked asked;
    const std::map<std::string, std::string*> known = {{"question", &asked.question},
                                                       {"conversation", &asked.conversation},
                                                       {"incident", &asked.incident},
                                                       {"timeZone", &asked.time_zone}};
    for (const auto& [key, value] : json->items()) {
        const auto found = known.find(key);
        if (found == known.end())
            return base::fail(
                base::ErrorKind::Invalid,
                fmt::format(
                    "\"{}\" is not a key of a question: use question, conversation, incident and "
                    "timeZone",
                    base::shorten(base::clean_utf8(key), 64)));
        if (value.is_null()) continue;
        if (!value.is_string())
            return base::fail(base::ErrorKind::Invalid, fmt::format("\"{}\" must be text", key));
        *found->second = value.get<std::string>();
    }
    return asked;
}

void answer_whole(const Parts& parts, Desk& desk, const Request& request, const Reply& reply,
                  const Asked& asked) {
    const auto said = desk.chat.ask(asked, base::Deadline::after(kLongest));
    reply.send(said ? parts.envelope.data(request, 200, to_json(*said))
                    : parts.envelope.error(request, said.error()));
}

void answer_streaming(Desk& desk, const Reply& reply, const Asked& asked) {
    Response head{.status = 200};
    head.headers.push_back({"Content-Type", "text/event-stream"});
    head.headers.push_back({"Cache-Control", "no-store"});
    head.headers.push_back({"X-Accel-Buffering", "no"});  // nginx would hold events back
    add_security_headers(head, kApiPolicy);
    const auto events = reply.stream(std::move(head));
    const auto said = desk.chat.ask(
        asked, base::Deadline::after(kLongest), [&](std::string_view event, const Json& data) {
            return events->push(event_bytes(event, base::dump_json(data)));
        });
    if (said)
        events->push(event_bytes("final", base::dump_json(to_json(*said))));
    else
        events->push(event_bytes("error", base::dump_json({{"code", base::name(said.error().kind)},
                                                           {"message", said.error().message}})));
    events->close();
}

void ask(const Parts& parts, const std::shared_ptr<Desk>& desk, const Request& request,
         const Reply& reply) {
    const auto asked = asked_from(request.body);
    if (!asked) return reply.send(parts.envelope.error(request, asked.error()));
    const bool streams =
        request.header("accept").find("text/event-stream") != std::string_view::npos;
    const bool taken =
        desk->threads.submit([&parts, &desk = *desk, request, reply, asked = *asked, streams] {
            if (streams)
                answer_streaming(desk, reply, asked);
            else
                answer_whole(parts, desk, request, reply, asked);
        });
    if (taken) return;
    reply.send(
        parts.envelope.error(request, 503, "overloaded",
                             "too many questions are being answered: ask again in a few seconds"));
}

}  // namespace

std::vector<Route> chat_routes(const Parts& parts) {
    const auto desk = std::make_shared<Desk>(parts);
    return {{.method = Method::Post,
             .pattern = "/api/v1/chat",
             .need = Need::Operator,
             .answer = kLongest + kToSayIt,
             .handle = [&parts, desk](const Request& request,
                                      const Reply& reply) { ask(parts, desk, request, reply); }},
            {.method = Method::Get,
             .pattern = "/api/v1/chat/{id}",
             .need = Need::Viewer,
             .handle = [&parts](const Request& request, const Reply& reply) {
                 const auto conversation =
                     agent::chat::load(parts.store.documents(), request.parameter("id"));
                 reply.send(conversation ? parts.envelope.data(request, 200, to_json(*conversation))
                                         : parts.envelope.error(request, conversation.error()));
             }}};
}

}  // namespace insight::http
