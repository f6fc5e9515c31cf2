// Config maps that nobody uses, that are empty, or that are as large as the API allows. Usage is by
// namespace and name, through environment, volumes and projected volumes of pods and templates.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::size_t kLargest = 1'048'576;  // bytes of data; the API server refuses more

using Used = std::set<std::pair<std::string_view, std::string_view>>;

void add_used(std::string_view space, const Json& pod_spec, Used& used) {
    const auto add = [&](std::string_view name) {
        if (!name.empty()) used.insert({space, name});
    };
    for (const char* where : {"initContainers", "containers", "ephemeralContainers"})
        for (const Json& container : list(pod_spec, where)) {
            for (const Json& entry : list(container, "envFrom"))
                add(text(entry, "configMapRef", "name"));
            for (const Json& entry : list(container, "env"))
                add(text(entry, "valueFrom", "configMapKeyRef", "name"));
        }
    for (const Json& volume : list(pod_spec, "volumes")) {
        add(text(volume, "configMap", "name"));
        for (const Json& source : list(volume, "projected", "sources"))
            add(text(source, "configMap", "name"));
    }
}

// Read through the API by those who made them, or by programs that look for the label: sidecars of
// Grafana and Prometheus, leader elections, the cluster's own.
bool read_otherwise(const Object& map_object) {
    static constexpr std::array<std::string_view, 4> kLabels{
        "grafana_dashboard", "grafana_datasource", "prometheus_rule", "prometheus_config"};
    for (const std::string_view label : kLabels)
        if (at(map_object.labels(), label).is_string()) return true;
    static constexpr std::string_view kSkip = "/skip-usage-check";
    static constexpr std::string_view kDynamic = "/dynamically-loaded";
    const auto told = [](const Json& entries, std::string_view ending) {
        for (const auto& [key, value] : entries.items())
            if (std::string_view(key).ends_with(ending) && value == "true") return true;
        return false;
    };
    // kube-root-ca.crt is put into every namespace for the tokens of service accounts; the leader
    // annotation is a lock from before there were Leases.
    return told(map_object.labels(), kDynamic) || told(map_object.labels(), kSkip) ||
           told(map(map_object.metadata(), "annotations"), kSkip) ||
           map_object.name == "kube-root-ca.crt" || map_object.space == "kube-system" ||
           map_object.space == "kube-public" ||
           !map_object.annotation("control-plane.alpha.kubernetes.io/leader").empty() ||
           !list(map_object.metadata(), "ownerReferences").empty();
}

}  // namespace

void config_maps(Look& look) {
    const Objects& all = look.cluster.all("ConfigMap");
    if (all.empty() || !look.check_up) return;
    Used used;
    for (const char* kind :
         {"Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob"})
        for (const Object* object : look.cluster.all(kind))
            add_used(object->space, object->pod_spec(), used);
    for (const Object* object : all) {
        std::size_t bytes = 0;
        for (const char* part : {"data", "binaryData"})
            for (const auto& [key, value] : map(*object->json, part).items())
                bytes += key.size() +
                         (value.is_string() ? value.get_ref<const std::string&>().size() : 0);
        const bool unused =
            !used.contains({object->space, object->name}) && !read_otherwise(*object);
        std::string faults;
        const auto add = [&](const std::string& fault) {
            faults += (faults.empty() ? "" : " and ") + fault;
        };
        if (unused) add("is unused: no pod or template names it");
        if (bytes == 0) add("is empty");
        if (bytes > kLargest) add(fmt::format("is too large with {} bytes", bytes));
        if (faults.empty() || (bytes == 0 && !unused && read_otherwise(*object))) continue;
        look.notice(*object, bytes > kLargest ? "config_map_too_large"
                             : unused         ? "config_map_unused"
                                              : "config_map_empty")
            .says(fmt::format("ConfigMap {} {}.", path_of(*object), faults))
            .cite(*object, {{"bytes", bytes}, {"used", !unused}});
    }
}

}  // namespace insight::analysis::kubernetes
