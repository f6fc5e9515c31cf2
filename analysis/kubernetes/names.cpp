#include "analysis/kubernetes/names.h"

#include <array>

#include "analysis/entity.h"
#include "analysis/kubernetes/kinds.h"
#include "core/base/text.h"

namespace insight::analysis::kubernetes {
namespace {

// Documented by the OpenTelemetry operator: how a pod is told its service.name.
constexpr std::string_view kOtelName = "resource.opentelemetry.io/service.name";

// The workload's name where only its pods or replica sets were collected: generated names end in
// the hash that the label carries, and five more characters for pods.
std::string generated_from(const Object& object) {
    std::string name(object.name);
    const std::string hash(text(object.labels(), "pod-template-hash"));
    if (!hash.empty())
        if (const auto at_hash = name.rfind("-" + hash); at_hash != std::string::npos)
            return name.substr(0, at_hash);
    const Json& owners = list(object.metadata(), "ownerReferences");
    if (object.kind == "Pod" && !owners.empty()) {
        std::string owner(text(owners.front(), "name"));
        // A static pod belongs to its node, which is not what it was made from.
        if (!owner.empty() && text(owners.front(), "kind") != "Node") return owner;
    }
    return name;
}

}  // namespace

std::set<std::string, std::less<>> names_in(const model::Signals& signals) {
    std::set<std::string, std::less<>> known;
    for (const model::Series& series : signals.metrics)
        if (const model::Entity entity = analysis::entity_of(series.labels, series.name);
            entity.kind != "pod")
            known.insert(entity.name);
    for (const model::Span& span : signals.spans)
        if (const auto it = span.attributes.find("service.name"); it != span.attributes.end())
            known.insert(it->second);
    for (const model::Edge& edge : signals.topology) {
        known.insert(edge.from);
        known.insert(edge.to);
    }
    known.erase("");
    return known;
}

model::Entity Names::entity_of(std::string_view kind, std::string_view name) {
    if (kind == "Node") return {"node", plain(name)};
    return {base::lower(kind), plain(base::lower(kind) + "/" + std::string(name))};
}

std::string Names::service_of(const Object& workload, const Json& labels) const {
    const std::string own = generated_from(workload);
    const std::array<std::string_view, 5> candidates{
        workload.annotation(kOtelName), text(labels, "app"), own,
        text(labels, "app.kubernetes.io/name"), text(labels, "k8s-app")};
    for (const std::string_view candidate : candidates)
        if (!candidate.empty() && known_.contains(candidate)) return plain(candidate);
    // A pod that nobody made is called by what it belongs to, where it says so.
    if (workload.kind == "Pod" && own == workload.name)
        for (const std::string_view candidate :
             {text(labels, "app"), text(labels, "app.kubernetes.io/name")})
            if (!candidate.empty()) return plain(candidate);
    return plain(own);
}

// The highest thing above it that runs pods; operators' own objects above that are not who suffers.
const Object& Names::workload_of(const Object& object) const {
    const Object* best = &object;
    const Object* above = &object;
    for (int i = 0; i < kDeepestOwner && above != nullptr; ++i) {
        if (is_service_like(above->kind) || above->kind == "Job" || above->kind == "CronJob")
            best = above;
        above = cluster_.owner(*above);
    }
    return *best;
}

model::Entity Names::entity_of(const Object& object) const {
    const Object& workload = workload_of(object);
    if (is_service_like(workload.kind))
        return {"service", service_of(workload, workload.pod_labels())};
    if (workload.kind == "Pod") return {"service", service_of(workload, workload.labels())};
    if (workload.kind == "Job" || workload.kind == "CronJob")
        return {"workload", plain(workload.name)};
    if (object.kind == "Service") {
        std::set<std::string> served;
        const Json& selector = map(object.spec(), "selector");
        if (!selector.empty())
            for (const Object* pod :
                 cluster_.pods_selected(object.space, Selector::of_map(selector)))
                served.insert(entity_of(*pod).name);
        if (served.size() == 1) return {"service", *served.begin()};
        return {"service", plain(object.name)};
    }
    return entity_of(object.kind, object.name);
}

}  // namespace insight::analysis::kubernetes
