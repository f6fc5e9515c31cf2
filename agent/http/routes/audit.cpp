// Who did what: the audit chain, page by page.
#include "core/store/audit.h"
#include "agent/http/routes/routes.h"

namespace insight::http {
namespace {

constexpr std::int64_t kMostAuditRows = 1000;

Response list_audit(const Parts& parts, const Request& request) {
    const auto from = number_of(request, "from", 1, INT64_MAX);
    if (!from) return parts.envelope.error(request, from.error());
    const auto limit = number_of(request, "limit", 100, kMostAuditRows);
    if (!limit) return parts.envelope.error(request, limit.error());
    const auto entries = parts.store.audit().entries(*from, static_cast<int>(*limit));
    if (!entries) return parts.envelope.error(request, entries.error());
    base::Json listed = base::Json::array();
    for (const store::AuditEntry& entry : *entries) {
        listed.push_back(to_json(entry));
        // JavaScript cannot hold nanoseconds
        listed.back()["at"] = base::format_rfc3339(entry.time);
    }
    const bool full = entries->size() == static_cast<std::size_t>(*limit);
    return parts.envelope.data(
        request, 200,
        {{"entries", std::move(listed)},
         {"next", full ? base::Json(entries->back().number + 1) : base::Json(nullptr)}});
}

}  // namespace

std::vector<Route> audit_routes(const Parts& parts) {
    return {Route{.method = Method::Get,
                  .pattern = "/api/v1/audit",
                  .need = Need::Admin,
                  .handle = [&parts](const Request& request, const Reply& reply) {
                      reply.send(list_audit(parts, request));
                  }}};
}

}  // namespace insight::http
