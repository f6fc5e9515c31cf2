// Health scans and suppressions.
#include "agent/http/incident_json.h"
#include "agent/http/routes/routes.h"
#include "agent/scan_request.h"
#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::http {
namespace {

using base::ErrorKind;
using base::Json;

constexpr int kMostScans = 200;
// each is matched with every finding of every scan
constexpr std::size_t kMostSuppressions = 500;

Json scan_json(const store::ScanRow& row) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? Json(nullptr) : Json(text);
    };
    return {
        {"id", row.incident},
        {"schedule", or_null(row.key.schedule)},
        {"dueAt", row.key.due_at == 0 ? Json(nullptr) : Json(base::format_rfc3339(row.key.due_at))},
        {"scope", {{"cluster", row.scope.cluster}, {"namespace", row.scope.space}}},
        {"openedAt", base::format_rfc3339(row.opened_at)},
        {"state", model::name(row.state)},
        {"verdict", or_null(row.verdict)},
        {"summary", or_null(row.summary)}};
}

Response list_scans(const Parts& parts, const Request& request) {
    store::ScanQuery query;
    const auto limit = number_of(request, "limit", query.limit, kMostScans);
    if (!limit) return parts.envelope.error(request, limit.error());
    query.limit = static_cast<int>(*limit);
    query.schedule = request.query("schedule").value_or("");
    const auto rows = parts.store.scans(query);
    if (!rows) return parts.envelope.error(request, rows.error());
    Json listed = Json::array();
    for (const store::ScanRow& row : *rows) listed.push_back(scan_json(row));
    return parts.envelope.data(request, 200, {{"scans", std::move(listed)}});
}

base::Result<Json> object_from(const std::string& body) {
    if (body.empty()) return Json::object();
    auto json = base::parse_json(body, "the request body", {.bytes = 1U << 16, .depth = 8});
    if (json && !json->is_object())
        return base::fail(ErrorKind::Invalid, "the request body must be an object");
    return json;
}

base::Result<agent::ScanRequest> wish_from(const std::string& body) {
    const auto json = object_from(body);
    if (!json) return base::fail(json.error());
    agent::ScanRequest wish;
    const std::map<std::string, std::string*> known{{"since", &wish.since},
                                                    {"until", &wish.until},
                                                    {"service", &wish.service},
                                                    {"cluster", &wish.scope.cluster},
                                                    {"namespace", &wish.scope.space}};
    for (const auto& [key, value] : json->items()) {
        const auto found = known.find(key);
        if (found == known.end())
            return base::fail(ErrorKind::Invalid,
                              fmt::format("\"{}\" is not a key of a scan: use since, until, "
                                          "service, cluster and namespace",
                                          base::shorten(base::clean_utf8(key), 64)));
        if (value.is_null()) continue;
        if (!value.is_string())
            return base::fail(ErrorKind::Invalid, fmt::format("\"{}\" must be text", key));
        *found->second = value.get<std::string>();
    }
    return wish;
}

Response open_scan(const Parts& parts, const Request& request) {
    const auto wish = wish_from(request.body);
    if (!wish) return parts.envelope.error(request, wish.error());
    const auto incident = agent::scan_incident(*wish, parts.clock.now());
    if (!incident) return parts.envelope.error(request, incident.error());
    if (const auto opened = parts.store.open_scan(*incident, {}); !opened)
        return parts.envelope.error(request, opened.error());
    store::IncidentRow row;
    row.incident = *incident;
    Response response = parts.envelope.data(request, 202, incident_json(row));
    response.headers.push_back({"Location", "/api/v1/incidents/" + incident->id});
    return response;
}

Response list_suppressions(const Parts& parts, const Request& request) {
    const auto list = parts.store.suppressions();
    if (!list) return parts.envelope.error(request, list.error());
    Json out = Json::array();
    for (const model::Suppression& one : *list) {
        out.push_back(to_json(one));
        out.back()["expired"] = one.expires_at <= parts.clock.now();
    }
    return parts.envelope.data(request, 200, {{"suppressions", std::move(out)}});
}

Response suppress(const Parts& parts, const Request& request) {
    const auto json = object_from(request.body);
    if (!json) return parts.envelope.error(request, json.error());
    auto one = model::suppression_from_json(*json);
    if (!one) return parts.envelope.error(request, one.error());
    const base::Nanos now = parts.clock.now();
    if (one->expires_at <= now)
        return parts.envelope.error(request, 400, "invalid",
                                    "expires: the time has passed already");
    const auto known = parts.store.suppressions();
    if (!known) return parts.envelope.error(request, known.error());
    if (known->size() >= kMostSuppressions)
        return parts.envelope.error(request, 409, "conflict",
                                    "there are 500 suppressions already: delete those that have "
                                    "expired first");
    one->id = "sup-" + base::random_hex(6);
    one->created_at = now;
    if (const auto kept = parts.store.put_suppression(*one); !kept)
        return parts.envelope.error(request, kept.error());
    return parts.envelope.data(request, 201, to_json(*one));
}

Response unsuppress(const Parts& parts, const Request& request) {
    const std::string id = request.parameter("id");
    if (const auto gone = parts.store.drop_suppression(base::shorten(base::clean_utf8(id), 64));
        !gone)
        return parts.envelope.error(request, gone.error());
    return parts.envelope.data(request, 200, {{"id", id}});
}

}  // namespace

std::vector<Route> scan_routes(const Parts& parts) {
    return {
        answered(parts, Method::Get, "/api/v1/scans", Need::Viewer, list_scans),
        answered(parts, Method::Post, "/api/v1/scans", Need::Operator, open_scan),
        answered(parts, Method::Get, "/api/v1/suppressions", Need::Viewer, list_suppressions),
        answered(parts, Method::Post, "/api/v1/suppressions", Need::Operator, suppress),
        answered(parts, Method::Delete, "/api/v1/suppressions/{id}", Need::Operator, unsuppress)};
}

}  // namespace insight::http
