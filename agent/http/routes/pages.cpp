// The pages: the list of incidents and each report.
#include "agent/http/routes/routes.h"
#include "agent/report/page.h"

namespace insight::http {
namespace {

constexpr int kListed = 100;

report::PageContext page_context(const Parts& parts, const Request& request) {
    return {.base_path = parts.base_path,
            .version = parts.version,
            .login = !request.cookie(kCookie).empty()};
}

Response refusal(const Parts& parts, const Request& request, const base::Error& error) {
    const int status = status_of(error.kind);
    Response response =
        page(status, report::error_page(status, error.message, page_context(parts, request)));
    if (status == 503) response.headers.push_back({"Retry-After", std::string(kRetryAfter)});
    return response;
}

Response list_page(const Parts& parts, const Request& request) {
    const auto rows = parts.store.incidents({.limit = kListed, .before = {}});
    if (!rows) return refusal(parts, request, rows.error());
    return page(200, report::incident_list_page(*rows, page_context(parts, request)));
}

Response incident_page(const Parts& parts, const Request& request) {
    const auto row = incident_of(parts, request);
    if (!row) return refusal(parts, request, row.error());
    const auto text = parts.store.report(row->incident.id);
    // An incident that is investigated again keeps its last report until the next one is written.
    if (!text && text.error().kind == base::ErrorKind::NotFound)
        return page(200, report::pending_page(*row, page_context(parts, request)));
    if (!text) return refusal(parts, request, text.error());
    const auto json = base::parse_json(*text, "the stored report");
    if (!json) return refusal(parts, request, json.error());
    std::string html = report::report_page(*json, page_context(parts, request));
    const std::string tagged = html;
    return with_etag(request, tagged, page(200, std::move(html)));
}

}  // namespace

PageRefusals page_refusals(const Parts& parts) {
    return {.error =
                [&parts](const Request& request, int status, const std::string& message) {
                    return page(status,
                                report::error_page(status, message, page_context(parts, request)));
                },
            .login = parts.base_path + "login"};
}

std::vector<Route> page_routes(const Parts& parts) {
    const auto route = [&parts](const char* pattern,
                                Response (*answer)(const Parts&, const Request&)) {
        return Route{.pattern = pattern,
                     .need = Need::Viewer,
                     .page = true,
                     .handle = [&parts, answer](const Request& request, const Reply& reply) {
                         reply.send(answer(parts, request));
                     }};
    };
    return {route("/", list_page), route("/incidents/{id}", incident_page)};
}

}  // namespace insight::http
