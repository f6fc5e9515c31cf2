// Reports in their three forms, and the evidence they cite.
#include "agent/chat/found_evidence.h"
#include "agent/http/routes/routes.h"
#include "agent/report/markdown.h"
#include "agent/report/page.h"

namespace insight::http {
namespace {

base::Result<base::Json> parsed(const std::string& text) {
    auto json = base::parse_json(text, "the stored report");
    if (json) return json;
    return base::fail(base::ErrorKind::Corrupt,
                      "the stored report cannot be read: investigate the incident again");
}

Response report(const Parts& parts, const Request& request) {
    const std::string format = request.query("format").value_or("json");
    if (format != "json" && format != "markdown" && format != "html")
        return parts.envelope.error(request, 400, "invalid",
                                    "format must be json, markdown or html");
    const auto text = report_of(parts, request);
    if (!text) return parts.envelope.error(request, text.error());
    if (format == "json")
        return with_etag(request, *text, parts.envelope.text(request, 200, *text));
    const auto json = parsed(*text);
    if (!json) return parts.envelope.error(request, json.error());
    if (format == "html") {
        // A file of its own, to be kept or sent on: it links to nothing here.
        std::string html = report::report_page(*json, {.base_path = {}, .version = parts.version});
        const std::string tagged = html;
        return with_etag(request, tagged, page(200, std::move(html)));
    }
    Response response{.body = report::to_markdown(*json)};
    response.headers.push_back({"Content-Type", "text/markdown; charset=utf-8"});
    add_security_headers(response, kApiPolicy);
    const std::string tagged = response.body;
    return with_etag(request, tagged, std::move(response));
}

Response evidence(const Parts& parts, const Request& request) {
    const auto text = report_of(parts, request);
    if (!text) return parts.envelope.error(request, text.error());
    const auto json = parsed(*text);
    if (!json) return parts.envelope.error(request, json.error());
    const base::Json& all = base::object_at(*json, "evidence");
    const auto found = all.find(request.parameter("eid"));
    // Evidence that a chat answer cites is not part of the report; it lies with the conversation.
    base::Json of_an_answer;
    if (found == all.end()) {
        auto kept = agent::chat::found_evidence(parts.store.documents(), request.parameter("id"),
                                                request.parameter("eid"));
        if (!kept) return parts.envelope.error(request, kept.error());
        of_an_answer = std::move(*kept);
    }
    const std::string body = base::dump_json(found == all.end() ? of_an_answer : *found);
    return with_etag(request, body, parts.envelope.text(request, 200, body));
}

}  // namespace

std::vector<Route> report_routes(const Parts& parts) {
    const auto route = [&parts](const char* pattern,
                                Response (*answer)(const Parts&, const Request&)) {
        return Route{.pattern = pattern,
                     .need = Need::Viewer,
                     .handle = [&parts, answer](const Request& request, const Reply& reply) {
                         reply.send(answer(parts, request));
                     }};
    };
    return {route("/api/v1/incidents/{id}/report", report),
            route("/api/v1/incidents/{id}/evidence/{eid}", evidence)};
}

}  // namespace insight::http
