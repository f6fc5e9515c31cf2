// From a draft to the outbox, and from there to the hub.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/known_secrets/window_secrets.h"
#include "agent/publishing/private_names.h"
#include "agent/publishing/publishing.h"
#include "agent/publishing/signals.h"
#include "core/base/text.h"
#include "core/store/audit.h"
#include "evomap/envelope.h"
#include "evomap/redaction.h"

namespace insight::agent {
namespace {

constexpr const char* kFollowed = "evomap.followed";  // whose advice people follow, by incident
constexpr const char* kCounted = "evomap.counted";    // outcomes that Genes know of
constexpr std::string_view kIdPrefix = "sha256:";
constexpr std::size_t kIdLength = kIdPrefix.size() + 64;

}  // namespace

base::Status Publishing::queue(const std::string& incident, const Draft& draft) {
    const bool held = draft.decision.outcome == Decision::Outcome::Held;
    store::Parcel parcel;
    parcel.channel = evomap::kChannel;
    parcel.key = draft.key;
    parcel.incident = incident;
    parcel.body = evomap::bundle_parcel(draft.bundle);
    parcel.state = held ? store::ParcelState::Held : store::ParcelState::Waiting;
    parcel.created_at = clock_.now();
    parcel.due_at = clock_.now();
    // The ledger first: a parcel without its row would be published and forgotten.
    auto row = ledger_.change(draft.key, [&](evomap::LedgerRow& stored) {
        // A publication that was told of keeps its row, whatever is queued again.
        if (!stored.state.empty()) return;  // told before
        stored.incident = incident;
        stored.kind = draft.kind;
        stored.seed_gene = evomap::to_json(draft.gene);
        stored.seed_capsule = evomap::to_json(draft.capsule);
        stored.gene_id = draft.bundle.gene_id();
        stored.capsule_id = draft.bundle.capsule_id();
        stored.event_id = draft.bundle.event_id();
        stored.state = held ? "held" : "queued";
    });
    if (!row) return row;
    const auto posted = store_.outbox().post(parcel);
    if (!posted) return base::fail(posted.error());
    if (*posted) courier_->ring();
    return {};
}

base::Status Publishing::post(const Json& report) {
    for (const Draft& draft : drafts(report, false))
        if (goes_out(draft.decision))
            if (auto done = queue(incident_of(report), draft); !done) return done;
    return {};
}

base::Status Publishing::publish(const Json& report) {
    std::string why = "there is nothing in the report that could be published";
    bool any = false;
    for (const Draft& draft : drafts(report, true)) {
        if (goes_out(draft.decision)) {
            if (auto done = queue(incident_of(report), draft); !done) return done;
            any = true;
        } else {
            why = draft.decision.why;
        }
    }
    if (any) return {};
    return base::fail(base::ErrorKind::Denied, "nothing was published: " + why);
}

base::Status Publishing::follow(const std::string& incident, const std::string& asset) {
    const bool sound =
        asset.size() == kIdLength && asset.starts_with(kIdPrefix) &&
        asset.find_first_not_of("0123456789abcdef", kIdPrefix.size()) == std::string::npos;
    if (!sound)
        return base::fail(base::ErrorKind::Invalid,
                          "the id of an asset is 'sha256:' and 64 hexadecimal digits; "
                          "`devops-insight evomap search` shows it");
    if (const auto report = store_.report(incident); !report) return base::fail(report.error());
    store::Document document{kFollowed, incident, 0, clock_.now(), {{"assets", Json::array()}}};
    if (const auto old = store_.documents().document(kFollowed, incident)) document = *old;
    Json& assets = document.body["assets"];
    if (std::find(assets.begin(), assets.end(), asset) != assets.end()) return {};
    assets.push_back(asset);
    const auto kept = store_.documents().put(document);
    return kept ? base::Status{} : base::fail(kept.error());
}

// Each asset whose advice was followed hears of each outcome once: the key of the parcel says
// which.
base::Status Publishing::tell_followed(const Json& report, const Remedy& remedy) {
    const std::string incident = incident_of(report);
    for (const std::string& asset : remedy.used_assets) {
        evomap::Redaction redaction(names_in(report), settings_.words);
        redaction.learn(report);
        learn_secrets([&](const Json& json) { redaction.learn(json); }, store_, incident);
        const evomap::Experience experience{asset,
                                            {},
                                            remedy.success,
                                            base::number_at(report, "confidence"),
                                            signals_of(report),
                                            redaction.hide_prose(remedy.verification)};
        store::Parcel parcel;
        parcel.channel = evomap::kChannel;
        // One success and one failure each: what has held may still come back.
        parcel.key = incident + ":experience:" + asset + (remedy.success ? "" : ":failed");
        parcel.incident = incident;
        parcel.body = evomap::experience_parcel(experience);
        parcel.created_at = parcel.due_at = clock_.now();
        if (const auto posted = store_.outbox().post(parcel); !posted)
            return base::fail(posted.error());
    }
    return {};
}

// The Gene with which the cause was found has held when its fix has, and has not when the cause
// came back; then neither has the Gene of the fix. Marked first: a streak that misses one success
// after a crash is better than one that has it twice.
base::Status Publishing::count(const std::string& incident, bool success) {
    const store::Document mark{kCounted,
                               incident + (success ? ":held" : ":failed"),
                               0,
                               clock_.now(),
                               {{"success", success}}};
    if (const auto marked = store_.documents().put(mark); !marked) {
        if (marked.error().kind == base::ErrorKind::Conflict) return {};
        return base::fail(marked.error());
    }
    for (const char* publication : {"", ":fix"}) {
        const auto row = ledger_.row(incident + publication);
        // A fix that has held counts for its Gene when it is published.
        if (!row || row->gene_id.empty() || (success && *publication != '\0')) continue;
        if (auto counted = genes_.outcome(row->gene_id, success); !counted) return counted;
    }
    return {};
}

base::Status Publishing::verified(const std::string& incident, Remedy remedy) {
    const auto text = store_.report(incident);
    if (!text) return base::fail(text.error());
    const auto report = base::parse_json(*text, "the stored report");
    if (!report) return base::fail(report.error());
    if (const auto followed = store_.documents().document(kFollowed, incident))
        for (const Json& asset : base::array_at(followed->body, "assets"))
            if (asset.is_string()) remedy.used_assets.push_back(asset.get<std::string>());
    if (auto told = tell_followed(*report, remedy); !told) return told;
    if (auto counted = count(incident, remedy.success); !counted) return counted;
    courier_->ring();
    // The cause must be worth telling, too: a fix that held proves nothing about a cause that was a
    // guess.
    Decision decision = decide(*report, settings_, false);
    if (!remedy.success || !goes_out(decision)) return {};
    const Draft fix =
        draft(*report, lesson_of(*report, remedy, evomap::javascript_time(clock_.now())),
              incident + ":fix", std::move(decision));
    if (!goes_out(fix.decision)) {
        spdlog::warn("{}: the fix is not published: {}", incident, fix.decision.why);
        return {};
    }
    return queue(incident, fix);
}

void Publishing::audit(const store::Parcel& parcel, const Delivery& delivery) {
    store::AuditEntry entry;
    entry.time = clock_.now();
    entry.actor = "service";
    entry.action = delivery.outcome == Delivery::Outcome::Sent ? "evomap.sent" : "evomap.refused";
    entry.incident = parcel.incident;
    entry.detail = {{"key", parcel.key},
                    {"kind", base::text_at(parcel.body, "kind")},
                    {"note", base::redact(delivery.note)}};
    if (const auto row = ledger_.row(parcel.key)) entry.detail["capsuleId"] = row->capsule_id;
    if (const auto kept = store_.audit().append(std::move(entry)); !kept)
        spdlog::error("evomap: {}", kept.error().text());
}

Delivery Publishing::deliver(const store::Parcel& parcel,
                             const std::function<base::Status(const Json&)>& note) {
    using Fate = evomap::Sending::Fate;
    evomap::Sending sending = publisher_.send(parcel, note);
    Delivery delivery = sending.fate == Fate::Sent ? Delivery::sent(std::move(sending.answer))
                        : sending.fate == Fate::Refused
                            ? Delivery::refused(sending.note, std::move(sending.answer))
                            : Delivery::later(sending.note, sending.wait);
    // Attempts are in the log; the chain has what came of them.
    if (delivery.outcome != Delivery::Outcome::Later) audit(parcel, delivery);
    return delivery;
}

}  // namespace insight::agent
