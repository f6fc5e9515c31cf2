#include "agent/fixes/approvals.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/crypto.h"
#include "core/base/text.h"
#include "core/store/audit.h"

namespace insight::fixes {
namespace {

using base::ErrorKind;
using base::Json;
using store::Parcel;
using store::ParcelState;

// Channels whose parcels do something that people decide on.
constexpr std::array<const char*, 1> kChannels{"pull_request"};

std::string_view word(ParcelState state) {
    switch (state) {
        case ParcelState::Held:
            return "held";
        case ParcelState::Waiting:
            return "waiting";
        case ParcelState::Sent:
            return "sent";
        case ParcelState::Refused:
            return "refused";
    }
    return "";
}

Approval approval_of(const Parcel& parcel) {
    Approval out;
    out.id = parcel.key;
    out.channel = parcel.channel;
    out.incident = parcel.incident;
    out.state = word(parcel.state);
    // Plans carry their own; of anything else the body is what will be done.
    out.digest = base::text_at(parcel.body, "digest");
    if (out.digest.empty()) out.digest = base::sha256_hex(base::dump_json(parcel.body));
    out.title = base::text_at(parcel.body, "title");
    out.note = parcel.note;
    out.created_at = parcel.created_at;
    out.body = parcel.body;
    out.answer = parcel.answer;
    return out;
}

}  // namespace

base::Result<std::vector<Approval>> approvals(store::Store& store, bool all, int limit) {
    std::vector<Approval> out;
    for (const char* channel : kChannels) {
        store::ParcelQuery query{channel, "", {}, limit};
        if (!all) query.state = ParcelState::Held;
        const auto parcels = store.outbox().parcels(query);
        if (!parcels) return base::fail(parcels.error());
        for (const Parcel& parcel : *parcels) out.push_back(approval_of(parcel));
    }
    std::stable_sort(out.begin(), out.end(), [](const Approval& a, const Approval& b) {
        return a.created_at > b.created_at;
    });
    return out;
}

base::Result<Approval> approval(store::Store& store, const std::string& id) {
    // "<incident>.<role>.<digest>"
    // From the end: role and digest have no dot, an incident's id might.
    const std::size_t role = id.rfind('.', id.rfind('.') - 1);
    const std::string incident = id.substr(0, role);
    for (const char* channel : kChannels) {
        const auto parcels = store.outbox().parcels({channel, incident, {}, 1000});
        if (!parcels) return base::fail(parcels.error());
        for (const Parcel& parcel : *parcels)
            if (parcel.key == id) return approval_of(parcel);
    }
    return base::fail(ErrorKind::NotFound,
                      fmt::format("there is no approval {}; see /api/v1/approvals",
                                  base::shorten(base::clean_utf8(id), 120)));
}

base::Result<Approval> decide(store::Store& store, const std::string& id, const std::string& digest,
                              bool approved, const std::string& by, const base::Clock& clock) {
    auto found = approval(store, id);
    if (!found) return found;
    if (found->digest != digest)
        return base::fail(ErrorKind::Conflict,
                          "the digest is not that of what would be done: look at it again");
    if (found->state != "held")
        return base::fail(ErrorKind::Conflict,
                          fmt::format("it is {} already{}", found->state,
                                      found->note.empty() ? "" : " (" + found->note + ")"));
    store::AuditEntry entry;
    entry.time = clock.now();
    entry.actor = by;
    entry.action = approved ? "approval.given" : "approval.refused";
    entry.incident = found->incident;
    entry.detail = {{"channel", found->channel}, {"id", id}, {"digest", digest}};
    // First the trace, then the deed: an approval without a trace must not exist.
    if (auto kept = store.audit().append(std::move(entry)); !kept) return base::fail(kept.error());
    if (auto done = store.outbox().release(found->channel, id, approved, by); !done)
        return base::fail(done.error());
    return approval(store, id);
}

Json to_json(const Approval& approval, bool whole) {
    Json out{{"id", approval.id},
             {"channel", approval.channel},
             {"incident", approval.incident},
             {"state", approval.state},
             {"digest", approval.digest},
             {"title", approval.title},
             {"note", approval.note},
             {"createdAt", base::format_rfc3339(approval.created_at)},
             {"answer", approval.answer}};
    for (const char* key : {"repository", "base", "branch", "role"})
        if (approval.body.contains(key)) out[key] = approval.body[key];
    if (whole) out["plan"] = approval.body;
    return out;
}

}  // namespace insight::fixes
