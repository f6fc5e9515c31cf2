// What is known about incidents, but for their reports.
#include "agent/fixes/patch_record.h"
#include "agent/http/incident_json.h"
#include "agent/http/routes/routes.h"

#include <charconv>

namespace insight::http {
namespace {

using base::ErrorKind;

constexpr int kMostIncidents = 200;

base::Result<store::IncidentQuery> query_from(const Request& request) {
    store::IncidentQuery query;
    if (const auto limit = request.query("limit")) {
        int value = 0;
        const char* end = limit->data() + limit->size();
        const auto [stop, failed] = std::from_chars(limit->data(), end, value);
        if (failed != std::errc() || stop != end || value < 1 || value > kMostIncidents)
            return base::fail(ErrorKind::Invalid,
                              fmt::format("limit must be a number from 1 to {}", kMostIncidents));
        query.limit = value;
    }
    query.before = request.query("before").value_or("");
    if (query.before.size() > 64)
        return base::fail(ErrorKind::Invalid, "before must be the id of an incident");
    return query;
}

Response list_incidents(const Parts& parts, const Request& request) {
    const auto query = query_from(request);
    if (!query) return parts.envelope.error(request, query.error());
    const auto rows = parts.store.incidents(*query);
    if (!rows) return parts.envelope.error(request, rows.error());
    base::Json listed = base::Json::array();
    for (const store::IncidentRow& row : *rows) listed.push_back(row_json(row));
    // A full page may have another one behind it; `next` is what its `before` has to be.
    const bool full = rows->size() == static_cast<std::size_t>(query->limit);
    return parts.envelope.data(
        request, 200,
        {{"incidents", std::move(listed)},
         {"next", full ? base::Json(rows->back().incident.id) : base::Json(nullptr)}});
}

Response show_incident(const Parts& parts, const Request& request) {
    const auto row = incident_of(parts, request);
    if (!row) return parts.envelope.error(request, row.error());
    return parts.envelope.data(request, 200, incident_json(*row));
}

Response snapshot(const Parts& parts, const Request& request) {
    const auto row = incident_of(parts, request);
    if (!row) return parts.envelope.error(request, row.error());
    auto bytes = parts.store.stage(row->incident.id, "snapshot");
    if (!bytes && bytes.error().kind == ErrorKind::NotFound)
        return parts.envelope.error(request, 404, "not_found",
                                    "the incident has no snapshot yet: ask again when it is "
                                    "reported");
    // What models said of patches came after the window was recorded.
    if (bytes)
        bytes = fixes::with_patch_exchanges(parts.store.documents(), row->incident.id,
                                            std::move(*bytes));
    if (!bytes) return parts.envelope.error(request, bytes.error());
    Response response{.body = std::move(*bytes)};
    response.headers.push_back({"Content-Type", "application/zstd"});
    response.headers.push_back(
        {"Content-Disposition",
         fmt::format("attachment; filename=\"{}.tar.zst\"", row->incident.id)});
    response.headers.push_back({"Cache-Control", "no-store"});
    add_security_headers(response, kApiPolicy);
    return response;
}

void events(const Parts& parts, const Request& request, const Reply& reply) {
    const auto row = incident_of(parts, request);
    if (!row) return reply.send(parts.envelope.error(request, row.error()));
    follow(parts, request, reply, row->incident.id, 200, false);
}

}  // namespace

std::vector<Route> incident_routes(const Parts& parts) {
    return {answered(parts, Method::Get, "/api/v1/incidents", Need::Viewer, list_incidents),
            answered(parts, Method::Get, "/api/v1/incidents/{id}", Need::Viewer, show_incident),
            answered(parts, Method::Get, "/api/v1/incidents/{id}/snapshot", Need::Viewer, snapshot),
            Route{.pattern = "/api/v1/incidents/{id}/events",
                  .need = Need::Viewer,
                  .handle = [&parts](const Request& request, const Reply& reply) {
                      events(parts, request, reply);
                  }}};
}

}  // namespace insight::http
