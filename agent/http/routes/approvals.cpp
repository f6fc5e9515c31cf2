// What waits for somebody's yes: listed, shown, decided.
#include "agent/fixes/approvals.h"

#include <fmt/format.h>

#include "agent/http/routes/routes.h"

namespace insight::http {
namespace {

using base::Json;

constexpr int kMost = 200;

Response list_approvals(const Parts& parts, const Request& request) {
    const std::string all = request.query("all").value_or("false");
    if (all != "true" && all != "false")
        return parts.envelope.error(request, 400, "invalid", "all must be true or false");
    const auto found = fixes::approvals(parts.store, all == "true", kMost);
    if (!found) return parts.envelope.error(request, found.error());
    Json out = Json::array();
    for (const fixes::Approval& one : *found) out.push_back(to_json(one, false));
    return parts.envelope.data(request, 200, {{"approvals", std::move(out)}});
}

Response show_approval(const Parts& parts, const Request& request) {
    const auto found = fixes::approval(parts.store, request.parameter("id"));
    if (!found) return parts.envelope.error(request, found.error());
    return parts.envelope.data(request, 200, to_json(*found, true));
}

Response decide_approval(const Parts& parts, const Request& request) {
    const auto body =
        base::parse_json(request.body, "the request body", {.bytes = 1U << 14, .depth = 4});
    if (!body) return parts.envelope.error(request, body.error());
    // Both keys and nothing else: an approval is never guessed from a body that says less or more.
    if (!body->is_object() || body->size() != 2 || !body->contains("approve") ||
        !(*body)["approve"].is_boolean() || base::text_at(*body, "digest").empty())
        return parts.envelope.error(
            request, 400, "invalid",
            R"(the request body must be {"approve": true or false, "digest": "…"})");
    const auto done =
        fixes::decide(parts.store, request.parameter("id"), base::text_at(*body, "digest"),
                      base::flag_at(*body, "approve"),
                      request.caller.empty() ? "this machine" : request.caller, parts.clock);
    if (!done) return parts.envelope.error(request, done.error());
    if (parts.approved) parts.approved();
    return parts.envelope.data(request, 200, to_json(*done, false));
}

}  // namespace

std::vector<Route> approval_routes(const Parts& parts) {
    return {
        answered(parts, Method::Get, "/api/v1/approvals", Need::Viewer, list_approvals),
        answered(parts, Method::Get, "/api/v1/approvals/{id}", Need::Viewer, show_approval),
        answered(parts, Method::Post, "/api/v1/approvals/{id}", Need::Approver, decide_approval)};
}

}  // namespace insight::http
