// Operator Lifecycle Manager, version 0 (operators.coreos.com) and 1 (olm.operatorframework.io).
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// The first entry whose reason or message says something.
const Json& telling(const Json& conditions) {
    static const Json kNull;
    for (const Json& entry : conditions)
        if (!text(entry, "reason").empty() || !text(entry, "message").empty()) return entry;
    return kNull;
}

void broken(Look& look, const Object& object, const std::string& cause_class,
            const std::string& state, const Json& entry, const Weight& weight = kSuspect) {
    const std::string_view reason = text(entry, "reason");
    const std::string_view message = text(entry, "message");
    look.add(object, cause_class, Level::Dependency, weight)
        .says(fmt::format("{} is in state {}{}{}", label_of(object), plain(state),
                          in_brackets(reason), ending(message)))
        .since(time_at(entry, "lastTransitionTime"))
        .concerns(state)
        .cite(object, {{"state", plain(state)},
                       {"type", plain(text(entry, "type"))},
                       {"status", plain(text(entry, "status"))},
                       {"reason", plain(reason)},
                       {"message", plain(message)}})
        .overturned("If the state clears by itself, the operator was only being installed.",
                    describe_command(object))
        .advise("Read what the lifecycle manager reports.", describe_command(object));
}

void catalog_sources(Look& look) {
    for (const Object* object : look.cluster.all("CatalogSource")) {
        const std::string state(text(object->status(), "connectionState", "lastObservedState"));
        // States of a gRPC channel: an idle one was simply not asked for a while.
        if (state.empty() || state == "READY" || state == "CONNECTING" || state == "IDLE") continue;
        broken(look, *object, "catalog_unreachable", state,
               telling(list(object->status(), "conditions")));
    }
}

void subscriptions(Look& look) {
    for (const Object* object : look.cluster.all("Subscription")) {
        const std::string state(text(object->status(), "state"));
        if (state == "AtLatestKnown" || state.empty()) {
            // Nothing to do, unless a condition says otherwise.
            for (const Json& entry : list(object->status(), "conditions"))
                if (text(entry, "type") == "ResolutionFailed" && text(entry, "status") == "True")
                    broken(look, *object, "operator_not_resolved", "ResolutionFailed", entry);
            continue;
        }
        const Json& entry = telling(list(object->status(), "conditions"));
        // Waiting for somebody's approval is how upgrades by hand work.
        if (state == "UpgradePending" && !entry.is_object() && !look.check_up) continue;
        broken(look, *object, "operator_upgrade_pending", state, entry, kHint);
    }
}

void by_phase(Look& look) {
    for (const Object* object : look.cluster.all("ClusterServiceVersion"))
        if (const std::string phase(text(object->status(), "phase"));
            phase == "Failed" || phase == "Unknown")
            broken(look, *object, "operator_failed", phase,
                   telling(list(object->status(), "conditions")));
    for (const Object* object : look.cluster.all("InstallPlan"))
        if (const std::string phase(text(object->status(), "phase")); phase == "Failed")
            broken(look, *object, "operator_install_failed", phase,
                   telling(list(object->status(), "conditions")));
}

void groups(Look& look) {
    // The manager cannot choose between two groups (reason TooManyOperatorGroups). The objects
    // stand in order of their namespaces.
    const Objects& all = look.cluster.all("OperatorGroup");
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0 && all[i - 1]->space == all[i]->space) continue;
        const auto same = static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const Object* o) { return o->space == all[i]->space; }));
        if (same < 2) continue;
        look.add(*all[i], "several_operator_groups", Level::Config, kSuspect)
            .says(
                fmt::format("Namespace {} has {} operator groups: no operator is installed there.",
                            plain(all[i]->space), same))
            .cite(*all[i], {{"namespace", plain(all[i]->space)}, {"operator groups", same}})
            .overturned("If one of them was deleted, the operators follow.",
                        "kubectl get operatorgroups" + space_flag(*all[i]))
            .advise("Keep one operator group in the namespace.",
                    "kubectl get operatorgroups" + space_flag(*all[i]));
    }
}

void catalogs_and_extensions(Look& look) {
    for (const char* kind : {"ClusterCatalog", "ClusterExtension"})
        for (const Object* object : look.cluster.all(kind)) {
            const std::string_view source = text(object->spec(), "source", "sourceType");
            if (object->kind == "ClusterExtension" && !source.empty() && source != "Catalog")
                look.add(*object, "extension_source_invalid", Level::Config, kSuspect)
                    .says(fmt::format("{} has source type {}; only Catalog is known.",
                                      label_of(*object), plain(source)))
                    .concerns("source")
                    .cite(*object, {{"sourceType", plain(source)}})
                    .overturned("If it is installed, its controller knows the source.",
                                describe_command(*object))
                    .advise("Set sourceType to Catalog.", get_command(*object));
            const std::string_view policy =
                text(object->spec(), "source", "catalog", "upgradeConstraintPolicy");
            if (!policy.empty() && policy != "CatalogProvided" && policy != "SelfCertified")
                look.add(*object, "extension_source_invalid", Level::Config, kSuspect)
                    .says(fmt::format("{} has upgrade policy {}, which is none of CatalogProvided "
                                      "and SelfCertified.",
                                      label_of(*object), plain(policy)))
                    .concerns("policy")
                    .cite(*object, {{"upgradeConstraintPolicy", plain(policy)},
                                    {"known", "CatalogProvided, SelfCertified"}})
                    .overturned("If it is installed, its controller knows the policy.",
                                describe_command(*object))
                    .advise("Correct upgradeConstraintPolicy.", get_command(*object));
            for (const Json& entry : list(object->status(), "conditions")) {
                const std::string_view type = text(entry, "type");
                const std::string_view status = text(entry, "status");
                const std::string_view reason = text(entry, "reason");
                // Its status is True all the while: only the reason tells trying again from getting
                // on.
                const bool retrying =
                    type == "Progressing" && (reason == "Retrying" || reason == "Blocked");
                const bool not_there = (type == "Installed" || type == "Serving") &&
                                       status == "False" && reason != "Absent" &&
                                       reason != "Unavailable";
                if (retrying || (not_there && reason == "Failed"))
                    broken(look, *object,
                           retrying ? "extension_retrying" : "extension_not_installed",
                           std::string(reason), entry);
            }
        }
}

}  // namespace

void operators(Look& look) {
    catalog_sources(look);
    subscriptions(look);
    by_phase(look);
    groups(look);
    catalogs_and_extensions(look);
}

}  // namespace insight::analysis::kubernetes
