// A question becomes an incident.
#include <fmt/format.h>

#include "agent/http/incident_json.h"
#include "agent/http/routes/routes.h"
#include "agent/question.h"
#include "core/base/text.h"

namespace insight::http {
namespace {

base::Result<agent::Question> question_from(const std::string& body) {
    const auto json = base::parse_json(body, "the request body", {.bytes = 1U << 20, .depth = 8});
    if (!json) return base::fail(json.error());
    if (!json->is_object())
        return base::fail(base::ErrorKind::Invalid,
                          R"(the request body must be an object like {"question": "…"})");
    agent::Question question;
    const std::map<std::string, std::string*> known = {{"question", &question.text},
                                                       {"service", &question.service},
                                                       {"since", &question.since},
                                                       {"until", &question.until}};
    for (const auto& [key, value] : json->items()) {
        const auto found = known.find(key);
        if (found == known.end())
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("\"{}\" is not a key of a question: use question, "
                                          "service, since and until",
                                          base::shorten(base::clean_utf8(key), 64)));
        if (value.is_null()) continue;
        if (!value.is_string())
            return base::fail(base::ErrorKind::Invalid, fmt::format("\"{}\" must be text", key));
        *found->second = value.get<std::string>();
    }
    return question;
}

void analyze(const Parts& parts, const Request& request, const Reply& reply) {
    const bool wants_stream =
        request.header("accept").find("text/event-stream") != std::string_view::npos;
    const auto question = question_from(request.body);
    if (!question) return reply.send(parts.envelope.error(request, question.error()));
    const auto incident = agent::question_incident(*question, parts.clock.now());
    if (!incident) return reply.send(parts.envelope.error(request, incident.error()));
    if (const auto opened = parts.store.open(*incident, true); !opened)
        return reply.send(parts.envelope.error(request, opened.error()));
    if (wants_stream && !parts.followers.full())
        // Without a free stream the plain 202 is as good an answer: the incident is open either
        // way.
        return follow(parts, request, reply, incident->id, 200, true);
    store::IncidentRow row;
    row.incident = *incident;
    Response response = parts.envelope.data(request, 202, incident_json(row));
    response.headers.push_back({"Location", "/api/v1/incidents/" + incident->id});
    reply.send(std::move(response));
}

}  // namespace

std::vector<Route> analyze_routes(const Parts& parts) {
    return {{.method = Method::Post,
             .pattern = "/api/v1/analyze",
             .need = Need::Operator,
             .handle = [&parts](const Request& request, const Reply& reply) {
                 analyze(parts, request, reply);
             }}};
}

}  // namespace insight::http
