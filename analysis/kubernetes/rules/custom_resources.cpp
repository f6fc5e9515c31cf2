// Objects of other projects that say themselves that they are not well: a database cluster, a
// rollout, a synchronised secret. Their kinds are without number; what they share is how they
// speak: conditions as the API conventions describe them (sig-architecture, api-conventions.md),
// a `phase`, or the `health` that delivery tools write.
#include <fmt/format.h>

#include <array>
#include <unordered_set>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

// As long as anything may take that has just been applied.
constexpr Nanos kMaySettle = 2 * base::kMinute;

constexpr std::array<std::string_view, 9> kGood{"Ready",     "Available",  "Healthy",
                                                "Synced",    "Reconciled", "Valid",
                                                "Succeeded", "Accepted",   "Connected"};
constexpr std::array<std::string_view, 10> kBad{
    "Degraded",         "Failed",        "Failing",        "Error",
    "Stalled",          "SyncError",     "ReconcileError", "ComparisonError",
    "InvalidSpecError", "OperationError"};
constexpr std::array<std::string_view, 5> kBadPhases{"Failed", "Error", "Degraded", "Failing",
                                                     "Unhealthy"};
constexpr std::array<std::string_view, 2> kBadHealth{"Degraded", "Missing"};

template <class Words>
bool one_of(const Words& words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Groups of Kubernetes itself and those with rules of their own: these know better which of their
// conditions hurt.
bool is_foreign(const Object& object) {
    const std::string_view version = text(*object.json, "apiVersion");
    const std::string_view group = version.substr(0, version.find('/'));
    if (group.size() == version.size() || group.find('.') == std::string_view::npos) return false;
    static constexpr std::array<std::string_view, 6> kKnown{".k8s.io",
                                                            "operators.coreos.com",
                                                            "olm.operatorframework.io",
                                                            "cert-manager.io",
                                                            "keda.sh",
                                                            "kyverno.io"};
    return std::none_of(kKnown.begin(), kKnown.end(),
                        [&](std::string_view known) { return group.ends_with(known); });
}

struct OwnWords {
    std::string sign;  // "Ready=False"
    std::string_view reason, message;
    std::optional<Nanos> since;
};

std::optional<OwnWords> own_words(const Look& look, const Object& object) {
    std::optional<OwnWords> found;
    for (const Json& entry : list(object.status(), "conditions")) {
        const std::string_view type = text(entry, "type");
        const std::string_view status = text(entry, "status");
        const std::string_view reason = text(entry, "reason");
        // Delivery tools list what is wrong without a status.
        const bool bad = one_of(kGood, type)  ? status == "False"
                         : one_of(kBad, type) ? status == "True" || status.empty()
                                              : type == "Progressing" && status == "False" &&
                                                    reason == "ProgressDeadlineExceeded";
        const std::optional<Nanos> since = time_at(entry, "lastTransitionTime");
        if (!bad || look.younger(since, kMaySettle)) continue;
        // Of several the one that began first is nearest to the reason.
        if (found && (!since || (found->since && *found->since <= *since))) continue;
        found = OwnWords{status.empty() ? plain(type) : plain(type) + "=" + plain(status), reason,
                         text(entry, "message"), since};
    }
    if (found) return found;
    if (const std::string_view phase = text(object.status(), "phase"); one_of(kBadPhases, phase))
        return OwnWords{"phase " + plain(phase), text(object.status(), "reason"),
                        text(object.status(), "message"), std::nullopt};
    if (const std::string_view health = text(object.status(), "health", "status");
        one_of(kBadHealth, health))
        return OwnWords{"health " + plain(health), "", text(object.status(), "health", "message"),
                        std::nullopt};
    return std::nullopt;
}

// Somebody stopped it: what it says is of before.
bool is_suspended(const Object& object) {
    return flag(object.spec(), "suspend") || flag(object.spec(), "suspended") ||
           flag(object.spec(), "paused");
}

}  // namespace

void custom_resources(Look& look) {
    std::unordered_set<const Object*> told;
    for (const Note& note : look.notes) told.insert(note.subject);
    for (const Object* object : look.cluster.everything()) {
        if (!look.cluster.in_scope(*object) || told.contains(object) || object->deleted() ||
            !is_foreign(*object) || is_suspended(*object))
            continue;
        const std::optional<OwnWords> complaint = own_words(look, *object);
        if (!complaint) continue;
        Note& note =
            look.add(*object, "resource_not_ready", model::Level::Config, kSuspect)
                .says(fmt::format("{} says that it is not well ({}{}{}){}", label_of(*object),
                                  complaint->sign, complaint->reason.empty() ? "" : ", ",
                                  plain(complaint->reason), ending(complaint->message)))
                .since(complaint->since)
                .cite(*object, {{"says", complaint->sign},
                                {"reason", plain(complaint->reason)},
                                {"message", plain(complaint->message)}})
                .overturned("If its controller does not run, what it says is of an earlier time.",
                            describe_command(*object))
                .advise("Follow its own words, and the log of the controller that wrote them.",
                        describe_command(*object));
        // What it made tells more directly what is wrong.
        for (const Object* part : look.cluster.owned_by(*object)) note.after(part);
    }
}

}  // namespace insight::analysis::kubernetes
