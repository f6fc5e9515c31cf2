// Approvals by a signed link. A GET shows what is asked, only a POST decides; the link is the
// credential.
#include <fmt/format.h>

#include "agent/http/routes/routes.h"
#include "agent/notifications/approval.h"
#include "agent/outreach/kept_key.h"
#include "agent/report/approval_page.h"
#include "core/base/redaction.h"
#include "core/base/text.h"
#include "core/store/audit.h"
#include "core/store/outbox.h"

namespace insight::http {
namespace {

using notifications::Approval;

constexpr std::size_t kLongestDetail = 60'000;
constexpr std::size_t kLongestName = 100;

report::PageContext approval_context(const Parts& parts) {
    return {.base_path = parts.base_path, .version = parts.version, .login = false};
}

Response sorry(const Parts& parts, const Request& request, const base::Error& error) {
    return page_refusals(parts).error(request, status_of(error.kind), error.message);
}

struct AskedApproval {
    Approval approval;
    store::Parcel parcel;
};

// The link, checked, and the parcel it is about. Errors: Invalid, Conflict (expired, decided, or
// no longer what was shown).
base::Result<AskedApproval> asked(const Parts& parts, const Request& request) {
    const auto key = outreach::kept_key(parts.store, notifications::kApprovalKey);
    if (!key) return base::fail(key.error());
    auto approval = notifications::read_signed(request.parameter("token"), *key, parts.clock.now());
    if (!approval) return base::fail(approval.error());
    auto held =
        parts.store.outbox().parcels({approval->channel, "", store::ParcelState::Held, 1000});
    if (!held) return base::fail(held.error());
    for (store::Parcel& parcel : *held)
        if (parcel.key == approval->key &&
            notifications::digest_of(parcel.body) == approval->digest)
            return AskedApproval{std::move(*approval), std::move(parcel)};
    return base::fail(base::ErrorKind::Conflict,
                      "this was decided already, or is no longer asked for: nothing is left to do");
}

Response show_approval_page(const Parts& parts, const Request& request) {
    const auto found = asked(parts, request);
    if (!found) return sorry(parts, request, found.error());
    base::Border border({}, {});
    const base::Json& body = found->parcel.body;
    std::string title = base::text_at(body, "title");
    if (title.empty()) title = found->approval.channel + " " + found->approval.key;
    report::ApprovalShown shown;
    shown.title = border.hide(base::shorten(base::clean_utf8(title), 300));
    shown.summary =
        border.hide(base::shorten(base::clean_utf8(base::text_at(body, "summary")), 4000));
    shown.incident = found->parcel.incident;
    shown.detail = base::shorten(base::dump_json(border.hide(body), 2), kLongestDetail);
    shown.expires =
        base::format_rfc3339(found->approval.expires_at / base::kSecond * base::kSecond);
    shown.action = parts.base_path + "approve/" + request.parameter("token");
    return page(200, report::approval_page(shown, approval_context(parts)));
}

Response decide_on_page(const Parts& parts, const Request& request) {
    const std::string decision = form_value(request.body, "decision").value_or("");
    const std::string name =
        base::one_line(base::clean_utf8(form_value(request.body, "name").value_or("")));
    if (decision != "approve" && decision != "refuse")
        return page_refusals(parts).error(request, 400, "choose Approve or Refuse on the page");
    if (name.empty() || name.size() > kLongestName)
        return page_refusals(parts).error(request, 400, "write your name: the audit log keeps it");
    const auto found = asked(parts, request);
    if (!found) return sorry(parts, request, found.error());
    const bool approved = decision == "approve";
    store::AuditEntry entry;
    entry.time = parts.clock.now();
    entry.actor = name;
    entry.action = approved ? "approval.given" : "approval.refused";
    entry.incident = found->parcel.incident;
    entry.detail = {{"by", "signed link"},
                    {"peer", request.peer},
                    {"channel", found->approval.channel},
                    {"key", found->approval.key},
                    {"digest", found->approval.digest}};
    // First the trace, then the deed: an approval without a trace must not exist.
    if (const auto kept = parts.store.audit().append(std::move(entry)); !kept)
        return sorry(parts, request, kept.error());
    const auto released = parts.store.outbox().release(found->approval.channel, found->approval.key,
                                                       approved, name + " (signed link)");
    if (!released) return sorry(parts, request, released.error());
    if (parts.approved) parts.approved();
    return page(200, report::decided_page(approved ? "Approved. It will be done now."
                                                   : "Refused. Nothing will be done.",
                                          approval_context(parts)));
}

}  // namespace

std::vector<Route> approve_routes(const Parts& parts) {
    const auto route = [&parts](Method method, Response (*answer)(const Parts&, const Request&)) {
        return Route{.method = method,
                     .pattern = "/approve/{token}",
                     .need = Need::Nothing,
                     .body_bytes = 4096,
                     .page = true,
                     .handle = [&parts, answer](const Request& request, const Reply& reply) {
                         reply.send(answer(parts, request));
                     }};
    };
    return {route(Method::Get, show_approval_page), route(Method::Post, decide_on_page)};
}

}  // namespace insight::http
