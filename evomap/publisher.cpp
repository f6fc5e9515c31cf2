#include "evomap/publisher.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/base/text.h"
#include "evomap/canonical.h"
#include "evomap/envelope.h"
#include "evomap/gate.h"
#include "evomap/hub_words.h"
#include "evomap/signature.h"
#include "evomap/validation.h"

namespace insight::evomap {
namespace {

using Fate = Sending::Fate;

constexpr base::Nanos kAfterShortage = 24 * base::kHour;  // credits do not come by the minute
constexpr base::Nanos kAfterLimit = base::kMinute;
constexpr std::size_t kAdviceLength = 300;  // bytes of what a hub says to a parcel

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool ours(const Bundle& bundle, const std::string& id) {
    return !id.empty() && one_of(id, {bundle.gene_id(), bundle.capsule_id(), bundle.event_id()});
}

Sending later(const Answer& answer, base::Nanos wait) {
    return {Fate::Later, {}, answer.sentence, wait};
}

// What passes by itself is tried again; nothing else is.
std::optional<Sending> not_now(const Answer& answer) {
    switch (answer.kind) {
        case AnswerKind::Unreachable:
        // with_renewal() has tried already: what is left of it passes, or is for a person.
        case AnswerKind::Unauthorised:
        case AnswerKind::Unregistered:
            return later(answer, answer.wait);
        case AnswerKind::Limited:
            return later(answer, std::max(answer.wait, kAfterLimit));
        case AnswerKind::Unpaid:
            return later(answer, kAfterShortage);
        default:
            return std::nullopt;
    }
}

Node::Payload signed_payload(const Bundle& bundle) {
    return [&bundle](const Caller& caller) {
        return Json{
            {"assets", bundle.assets()},
            {"signature", sign_bundle(caller.secret, bundle.gene_id(), bundle.capsule_id())}};
    };
}

}  // namespace

Json bundle_parcel(const Bundle& bundle) {
    return {{"kind", "bundle"}, {"assets", bundle.assets()}};
}

Json experience_parcel(const Experience& experience) {
    return {{"kind", "experience"}, {"experience", to_json(experience)}};
}

Sending Publisher::send(const store::Parcel& parcel, const Note& note) {
    const std::string kind = base::text_at(parcel.body, "kind");
    if (kind == "bundle") return publish(parcel, note);
    if (kind != "experience")
        return {Fate::Refused, {}, "the parcel holds neither a bundle nor an experience", 0};
    const Answer answer = tell(node_, experience_from(base::object_at(parcel.body, "experience")));
    if (answer.ok()) return {Fate::Sent, answer.body, {}, 0};
    if (auto wait = not_now(answer)) return *wait;
    return {Fate::Refused, answer.body, answer.sentence, 0};
}

Sending Publisher::refused(const store::Parcel& parcel, const Bundle& bundle, std::string why,
                           const Json& told) {
    const auto kept = ledger_.change(parcel.key, [&](LedgerRow& row) {
        row.state = "refused";
        row.reason = why;
        row.gene_id = bundle.gene_id();
        row.capsule_id = bundle.capsule_id();
        row.event_id = bundle.event_id();
        row.decided_at = clock_.now();
    });
    if (!kept) return {Fate::Later, {}, kept.error().text(), 0};
    return {Fate::Refused, told, std::move(why), 0};
}

Sending Publisher::accepted(const store::Parcel& parcel, const Bundle& bundle, const Json& told,
                            std::string state, bool repeat) {
    bool counted = false;
    const auto kept = ledger_.change(parcel.key, [&](LedgerRow& row) {
        counted = row.state == "published" || row.state == "candidate";
        row.state = state;
        row.reason = shown(told, "reason", kAdviceLength);
        row.duplicate = repeat;
        row.gene_id = bundle.gene_id();
        row.capsule_id = bundle.capsule_id();
        row.event_id = bundle.event_id();
        row.bundle_id = shown(told, "bundle_id", kAdviceLength);
        row.decided_at = clock_.now();
    });
    if (!kept) return {Fate::Later, {}, kept.error().text(), 0};
    // The hub knows a repeat by its id, and so must the counts: an answer may come twice.
    if (!counted) {
        // The ledger is what matters; a Gene that is not counted is only not used again.
        if (const auto used = genes_.used(bundle.gene); !used)
            spdlog::warn("evomap: {}", used.error().text());
        const bool success =
            base::text_at(base::object_at(bundle.capsule, "outcome"), "status") == "success";
        if (const auto done = genes_.outcome(bundle.gene_id(), success); !done)
            spdlog::warn("evomap: {}", done.error().text());
    }
    return {Fate::Sent, told, {}, 0};
}

Sending Publisher::duplicate(const store::Parcel& parcel, const Bundle& bundle, const Json& told) {
    std::string id = base::text_at(told, "target_asset_id");
    std::string owner = base::text_at(told, "source_node_id");
    // Some hubs say only "duplicate": whose it is decides between done and refused.
    if (id.empty()) {
        const Answer asked = node_.get("/a2a/assets/" + bundle.capsule_id());
        if (auto wait = not_now(asked)) return *wait;
        if (asked.ok()) id = bundle.capsule_id();
        owner = base::text_at(asked.payload(), "source_node_id");
    }
    if (ours(bundle, id) && (owner.empty() || owner == node_.record().node_id))
        return accepted(parcel, bundle, told, "published", true);
    return refused(parcel, bundle,
                   fmt::format("another node has published the same before ({})",
                               base::shorten(base::one_line(id), 80)),
                   told);
}

std::optional<Sending> Publisher::validated(Bundle& bundle, Json& progress, const Note& note) {
    if (base::flag_at(progress, "validated")) return std::nullopt;
    Answer answer = node_.call("validate", signed_payload(bundle), {});
    // Once: another command gives another Gene, hence other ids all the way.
    if (answer.kind == AnswerKind::Unsandboxable && !base::flag_at(progress, "plain")) {
        auto plain = with_validation(bundle, plain_commands());
        if (!plain) return Sending{Fate::Refused, {}, plain.error().text(), 0};
        bundle = std::move(*plain);
        progress["plain"] = true;
        node_.remember_validation(1);
        answer = node_.call("validate", signed_payload(bundle), {});
    }
    if (auto wait = not_now(answer)) return wait;
    const Json& told = answer.payload();
    if (!answer.ok() || !(base::flag_at(told, "valid") || base::flag_at(told, "ok"))) {
        std::string why = answer.ok() ? "the hub's own check does not pass: " +
                                            base::shorten(base::dump_json(told), 300)
                                      : answer.sentence;
        // Both sides must be seen to find out which rule differs; no secret is in them by now.
        if (answer.kind == AnswerKind::Mismatch)
            spdlog::error("evomap: the hub computes other ids than we do for {}",
                          canonical(bundle.assets()).value_or("(not canonical)"));
        return Sending{Fate::Refused, told, std::move(why), 0};
    }
    progress["validated"] = true;
    // What was validated is what will be published, also after a restart in between.
    progress["assets"] = bundle.assets();
    if (const auto kept = note(progress); !kept)
        return Sending{Fate::Later, {}, kept.error().text(), 0};
    return std::nullopt;
}

Sending Publisher::decided(const store::Parcel& parcel, const Bundle& bundle,
                           const Answer& answer) {
    if (auto wait = not_now(answer)) return *wait;
    const Json& told = answer.payload();
    if (answer.kind == AnswerKind::Duplicate) return duplicate(parcel, bundle, told);
    if (!answer.ok()) return refused(parcel, bundle, answer.sentence, told);
    const std::string decision = base::text_at(told, "decision", base::text_at(told, "status"));
    const std::string reason = base::text_at(told, "reason");
    if (one_of(decision, {"quarantine", "candidate"}))
        return accepted(parcel, bundle, told, "candidate", false);
    if (one_of(decision, {"reject", "rejected"})) {
        if (one_of(reason, {"already_published", "duplicate_asset"}))
            return duplicate(parcel, bundle, told);
        return refused(parcel, bundle,
                       "the hub rejects it: " + shown(told, "reason", kAdviceLength), told);
    }
    const bool yes = one_of(decision, {"accept", "accepted", "queued", "published"}) ||
                     base::flag_at(told, "ok");
    if (yes) return accepted(parcel, bundle, told, "published", false);
    // Neither yes nor no: asked again, which its id makes harmless.
    return {Fate::Later, {}, "the hub's answer to publish says neither yes nor no", 0};
}

Sending Publisher::publish(const store::Parcel& parcel, const Note& note) {
    Json progress = parcel.answer.is_object() ? parcel.answer : Json::object();
    const Json& assets =
        progress.contains("assets") ? progress["assets"] : base::array_at(parcel.body, "assets");
    auto bundle = bundle_from(assets);
    if (!bundle) return {Fate::Refused, {}, bundle.error().text(), 0};
    // Looked at here as well, whoever made the parcel: from here on it is public.
    if (const auto findings = check_bundle(bundle->assets()); !findings.empty())
        return refused(parcel, *bundle, "not sent: " + in_words(findings), {});
    if (auto end = validated(*bundle, progress, note)) {
        if (end->fate == Fate::Refused) return refused(parcel, *bundle, end->note, end->answer);
        return *end;
    }
    const std::string id = repeated_message_id(node_.record().node_id + "|" + bundle->gene_id() +
                                               "|" + bundle->capsule_id());
    return decided(parcel, *bundle, node_.call("publish", signed_payload(*bundle), id));
}

}  // namespace insight::evomap
