#include "collectors/kubernetes/estate.h"

#include <algorithm>
#include <array>

#include "collectors/kubernetes/kinds.h"
#include "collectors/kubernetes/look.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;

// no name or label may hold it
constexpr char kBetween = '\x1f';
// owners could form a circle
constexpr int kDeepestOwner = 8;
// documented by the OpenTelemetry operator
constexpr std::string_view kOtelName = "resource.opentelemetry.io/service.name";

std::string joined_key(const std::string& a, const std::string& b, const std::string& c) {
    std::string key = a;
    key.append(1, kBetween).append(b).append(1, kBetween).append(c);
    return key;
}

const Json* owner_reference(const Json& object) {
    const Json* best = nullptr;
    for (const Json& one : list(object, "metadata", "ownerReferences")) {
        const bool controls = base::flag_at(one, "controller");
        if (best == nullptr || controls) best = &one;
        if (controls) break;
    }
    return best;
}

const Json& pod_metadata(const Json& object) {
    const std::string kind = text(object, "kind");
    if (kind == "Pod") return at(object, "metadata");
    if (kind == "CronJob") return at(object, "spec", "jobTemplate", "spec", "template", "metadata");
    return at(object, "spec", "template", "metadata");
}

std::string told_by_environment(const Json& object) {
    for (const Json& container : list(pod_spec(object), "containers"))
        for (const Json& variable : list(container, "env"))
            if (text(variable, "name") == "OTEL_SERVICE_NAME") return text(variable, "value");
    return {};
}

std::string group_of(const Json& object) {
    const std::string version = text(object, "apiVersion");
    const std::size_t slash = version.find('/');
    return slash == std::string::npos ? "" : version.substr(0, slash);
}

bool runs_pods(const Json& object) {
    static constexpr std::array<std::string_view, 9> kWorkloads{
        "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController",
        "Job",        "CronJob",    "Rollout",     "Pod"};
    return pod_spec(object).is_object() || std::find(kWorkloads.begin(), kWorkloads.end(),
                                                     text(object, "kind")) != kWorkloads.end();
}

// A workload's name where only what it made was collected: generated names end in the hash that
// the label carries. What an operator makes has a name of its own.
std::string made_by(const Json& object) {
    std::string name = text(object, "metadata", "name");
    const std::string kind = text(object, "kind");
    if (kind != "Pod" && kind != "ReplicaSet" && kind != "Job") return name;
    const std::string hash = text(object, "metadata", "labels", "pod-template-hash");
    if (!hash.empty())
        if (const auto cut = name.rfind("-" + hash); cut != std::string::npos && cut > 0)
            return name.substr(0, cut);
    if (const Json* owner = owner_reference(object))
        if (std::string above = text(*owner, "name");
            // static pods are owned by their node, which is no workload
            !above.empty() && text(*owner, "kind") != "Node")
            return above;
    return name;
}

const Estate::Objects kNone;

}  // namespace

Estate::Estate(const std::vector<Json>& objects, std::set<std::string> asked)
    : asked_(std::move(asked)) {
    for (const Json& object : objects) {
        const std::string kind = text(object, "kind");
        const std::string space = text(object, "metadata", "namespace");
        if (const std::string uid = text(object, "metadata", "uid"); !uid.empty())
            by_uid_.emplace(uid, &object);
        if (!is_group_of_table(group_of(object))) {
            foreign_.push_back(&object);
            continue;
        }
        by_kind_[kind].push_back(&object);
        by_name_.emplace(joined_key(kind, space, text(object, "metadata", "name")), &object);
        if (kind != "Pod") continue;
        for (const auto& [key, value] : map(object, "metadata", "labels").items())
            if (value.is_string())
                pods_by_label_[joined_key(space, key, value.get_ref<const std::string&>())]
                    .push_back(&object);
    }
    for (const Json* service : all("Service")) selected_.emplace(service, select(*service));
}

const Estate::Objects& Estate::all(const std::string& kind) const {
    const auto it = by_kind_.find(kind);
    return it == by_kind_.end() ? kNone : it->second;
}

const Json* Estate::find(const std::string& kind, const std::string& space,
                         const std::string& name) const {
    const auto it = by_name_.find(joined_key(kind, space, name));
    return it == by_name_.end() ? nullptr : it->second;
}

const Json& Estate::root(const Json& object) const {
    const Json* top = &object;
    const Json* best = &object;
    for (int i = 0; i < kDeepestOwner; ++i) {
        const Json* reference = owner_reference(*top);
        if (reference == nullptr) break;
        const auto it = by_uid_.find(text(*reference, "uid"));
        if (it == by_uid_.end() || it->second == top) break;
        top = it->second;
        if (runs_pods(*top)) best = top;
    }
    return *best;
}

std::string Estate::service_of(const Json& object) const {
    const Json& workload = root(object);
    if (const auto known = services_.find(&workload); known != services_.end())
        return known->second;
    const Json& metadata = pod_metadata(workload);
    std::string name = text(metadata, "annotations", kOtelName);
    if (name.empty()) name = told_by_environment(workload);
    const std::string own = made_by(workload);
    // A label counts only where the incident speaks of it: two charts may give one `app` to several
    // workloads.
    if (name.empty() && !asked_.contains(own))
        for (const char* label : {"app", "app.kubernetes.io/name", "k8s-app"})
            if (const std::string value = text(metadata, "labels", label);
                asked_.contains(value) && name.empty())
                name = value;
    if (name.empty()) name = own;
    services_.emplace(&workload, name);
    return name;
}

Estate::Objects Estate::select(const Json& service) const {
    Objects out;
    const Json& selector = map(service, "spec", "selector");
    if (selector.empty()) return out;
    const std::string space = text(service, "metadata", "namespace");
    // By one label from the index, the others are compared: a cluster has thousands of pods.
    const auto first = selector.begin();
    if (!first->is_string()) return out;
    const auto it = pods_by_label_.find(joined_key(space, first.key(), first->get<std::string>()));
    if (it == pods_by_label_.end()) return out;
    for (const Json* pod : it->second) {
        const Json& labels = map(*pod, "metadata", "labels");
        bool all_match = true;
        for (const auto& [key, value] : selector.items())
            all_match = all_match && labels.contains(key) && labels[key] == value;
        if (all_match) out.push_back(pod);
    }
    return out;
}

const Estate::Objects& Estate::pods_of_service(const Json& service) const {
    const auto it = selected_.find(&service);
    return it == selected_.end() ? kNone : it->second;
}

bool is_unwell(const Json& pod, std::int64_t since) {
    const std::string phase = text(pod, "status", "phase");
    if (phase == "Succeeded") return false;
    if (phase == "Failed" || phase == "Pending" || phase == "Unknown") return true;
    for (const char* group : {"containerStatuses", "initContainerStatuses"})
        for (const Json& one : list(pod, "status", group)) {
            if (at(one, "state", "waiting").is_object()) return true;
            if (time_at(one, "lastState", "terminated", "finishedAt") >= since &&
                whole(one, "restartCount") > 0)
                return true;
            if (std::string_view(group) == "containerStatuses" && !base::flag_at(one, "ready"))
                return true;
        }
    return false;
}

}  // namespace insight::collectors::kubernetes
