#include "agent/http/routes/routes.h"

#include <fmt/format.h>

#include <charconv>

#include "agent/report/page.h"
#include "core/base/crypto.h"

namespace insight::http {
namespace {

// What ids look like; everything else cannot exist and is not worth a read.
bool is_id(const std::string& text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

base::Status check_id(const Request& request) {
    if (is_id(request.parameter("id"))) return {};
    return base::fail(base::ErrorKind::NotFound,
                      "there is no such incident: an id looks like inc-0123456789abcdef");
}

}  // namespace

std::vector<Route> all_routes(const Parts& parts) {
    std::vector<Route> all;
    for (auto group :
         {alert_routes(parts), analyze_routes(parts), approval_routes(parts), approve_routes(parts),
          audit_routes(parts), review_routes(parts), chat_routes(parts), ticket_routes(parts),
          incident_routes(parts), report_routes(parts), scan_routes(parts), login_routes(parts),
          page_routes(parts), status_routes(parts)})
        std::move(group.begin(), group.end(), std::back_inserter(all));
    return all;
}

Route answered(const Parts& parts, Method method, std::string_view pattern, Need need,
               Response (*answer)(const Parts&, const Request&)) {
    return Route{.method = method,
                 .pattern = std::string(pattern),
                 .need = need,
                 .handle = [&parts, answer](const Request& request, const Reply& reply) {
                     reply.send(answer(parts, request));
                 }};
}

base::Result<std::int64_t> number_of(const Request& request, const char* key, std::int64_t fallback,
                                     std::int64_t most) {
    const auto text = request.query(key);
    if (!text) return fallback;
    std::int64_t value = 0;
    const char* end = text->data() + text->size();
    const auto [stop, failed] = std::from_chars(text->data(), end, value);
    if (failed != std::errc() || stop != end || value < 1 || value > most)
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("{} must be a number from 1 to {}", key, most));
    return value;
}

base::Result<store::IncidentRow> incident_of(const Parts& parts, const Request& request) {
    if (auto checked = check_id(request); !checked) return base::fail(checked.error());
    return parts.store.incident(request.parameter("id"));
}

base::Result<std::string> report_of(const Parts& parts, const Request& request) {
    const auto row = incident_of(parts, request);
    if (!row) return base::fail(row.error());
    auto report = parts.store.report(row->incident.id);
    if (!report && report.error().kind == base::ErrorKind::NotFound)
        return base::fail(base::ErrorKind::NotFound,
                          row->incident.state == model::IncidentState::Failed
                              ? "no report could be made of this incident: see the service's log"
                              : "the incident is still being investigated: ask again in a few "
                                "seconds, or follow its /events");
    return report;
}

Response with_etag(const Request& request, std::string_view tagged, Response response) {
    // Weak: the same report, though the envelope around it carries another time.
    const std::string tag = "W/\"" + base::sha256_hex(tagged).substr(0, 32) + "\"";
    std::erase_if(response.headers, [](const Header& one) { return one.name == "Cache-Control"; });
    // May be kept, but is asked for again each time: a report can be replaced.
    response.headers.push_back({"Cache-Control", "private, no-cache"});
    response.headers.push_back({"ETag", tag});
    const std::string_view known = request.header("if-none-match");
    if (known == "*" || known.find(std::string_view(tag).substr(2)) != std::string_view::npos) {
        response.status = 304;
        response.body.clear();
    }
    return response;
}

Response page(int status, std::string html) {
    Response response{.status = status, .body = std::move(html)};
    response.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    response.headers.push_back({"Cache-Control", "no-store"});
    add_security_headers(response, report::kPagePolicy);
    return response;
}

void follow(const Parts& parts, const Request& request, const Reply& reply,
            const std::string& incident, int status, bool until_report) {
    if (parts.followers.full())
        return reply.send(parts.envelope.error(request, 503, "overloaded",
                                               "too many event streams are open: ask for the "
                                               "incident from time to time instead"));
    Response head{.status = status};
    head.headers.push_back({"Content-Type", "text/event-stream"});
    head.headers.push_back({"Cache-Control", "no-store"});
    head.headers.push_back({"X-Accel-Buffering", "no"});  // nginx would hold events back
    add_security_headers(head, kApiPolicy);
    auto events = reply.stream(std::move(head));
    if (!parts.followers.follow(incident, events, until_report)) events->close();
}

}  // namespace insight::http
