#include "analysis/kubernetes/endpoints.h"

#include <algorithm>
#include <map>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::size_t kNotReadyNamed = 5;

void count_one(Backing& backing, bool ready, std::int64_t addresses, std::string_view name) {
    (ready ? backing.ready : backing.not_ready) += addresses;
    if (!ready && !name.empty() && backing.not_ready_names.size() < kNotReadyNamed)
        backing.not_ready_names.push_back(plain(name));
}

void read_slice(const Object& slice, Backing& backing) {
    for (const Json& endpoint : list(*slice.json, "endpoints")) {
        // "unknown" counts as ready (EndpointConditions in the API reference)
        const Json& ready = at(endpoint, "conditions", "ready");
        count_one(backing, !ready.is_boolean() || ready.get<bool>(), 1,
                  text(endpoint, "targetRef", "name"));
    }
}

void read_endpoints(const Object& endpoints, Backing& backing) {
    for (const Json& subset : list(*endpoints.json, "subsets")) {
        for (const Json& address : list(subset, "addresses"))
            count_one(backing, true, 1, text(address, "targetRef", "name"));
        for (const Json& address : list(subset, "notReadyAddresses"))
            count_one(backing, false, 1, text(address, "targetRef", "name"));
    }
}

}  // namespace

Slices::Slices(const Cluster& cluster) {
    for (const Object* slice : cluster.all("EndpointSlice"))
        if (const std::string_view name = text(slice->labels(), "kubernetes.io/service-name");
            !name.empty())
            by_service_[{slice->space, name}].push_back(slice);
}

const Objects& Slices::of(const Object& service) const {
    static const Objects kNone;
    const auto it = by_service_.find({service.space, service.name});
    return it == by_service_.end() ? kNone : it->second;
}

Backing backing_of(const Cluster& cluster, const Slices& slices, const Object& service) {
    Backing backing;
    const Json& selector = map(service.spec(), "selector");
    if (!selector.empty())
        backing.pods = cluster.pods_selected(service.space, Selector::of_map(selector));
    const Objects& own = slices.of(service);
    const Object* endpoints = cluster.find("Endpoints", service.space, service.name);
    if (!own.empty()) {
        backing.record = own.front();
        // Several: a slice holds at most 100 endpoints by default, and addresses of one family. A
        // pod has one of each: the family that has most counts.
        std::map<std::string_view, Backing> families;
        for (const Object* slice : own)
            read_slice(*slice, families[text(*slice->json, "addressType")]);
        const Backing& most =
            std::max_element(families.begin(), families.end(), [](const auto& a, const auto& b) {
                return a.second.ready + a.second.not_ready < b.second.ready + b.second.not_ready;
            })->second;
        backing.ready = most.ready;
        backing.not_ready = most.not_ready;
        backing.not_ready_names = most.not_ready_names;
    } else if (endpoints != nullptr) {
        backing.record = endpoints;
        read_endpoints(*endpoints, backing);
    } else if (!cluster.all("Pod").empty() ||
               cluster.absence("Pod", service.space) == Absence::Certain) {
        backing.from_pods = true;
        for (const Object* pod : backing.pods)
            if (!has_ended(*pod)) count_one(backing, is_ready(*pod), 1, pod->name);
    } else {
        return backing;
    }
    backing.known = true;
    return backing;
}

Backing backing_of(const Cluster& cluster, const Object& service) {
    return backing_of(cluster, Slices(cluster), service);
}

}  // namespace insight::analysis::kubernetes
