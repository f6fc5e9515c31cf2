#include "analysis/kubernetes/cluster.h"

#include <array>
#include <optional>
#include <tuple>

#include "analysis/kubernetes/kinds.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::string_view kList = "List";
// The unit separator: it stands in no name, so that the parts of two keys never run together.
constexpr char kBetween = '\x1f';

std::string key_of(std::string_view kind, std::string_view space, std::string_view name) {
    std::string key;
    key.reserve(kind.size() + space.size() + name.size() + 2);
    key.append(kind).append(1, kBetween).append(space).append(1, kBetween).append(name);
    return key;
}

// Of an apiVersion; empty: core.
std::string_view group_of(std::string_view version) {
    const auto slash = version.find('/');
    return slash == std::string_view::npos ? "" : version.substr(0, slash);
}

// "/apis/apps/v1/namespaces/desk/deployments?limit=500": one list and nothing besides it.
struct ListPath {
    std::string_view group, plural;
};

std::optional<ListPath> list_path(std::string_view query) {
    query = query.substr(0, query.find('?'));
    const bool core = query.starts_with("/api/v1/");
    if (!core && !query.starts_with("/apis/")) return std::nullopt;
    ListPath path{"", query.substr(query.rfind('/') + 1)};
    if (!core) path.group = query.substr(6, query.find('/', 6) - 6);
    return path;
}

bool before(const Object* a, const Object* b) {
    return std::tie(a->kind, a->space, a->name) < std::tie(b->kind, b->space, b->name);
}

const Objects kNone;

}  // namespace

Cluster::Cluster(const std::vector<Json>& resources, const std::vector<Json>& events,
                 const std::vector<model::CoverageRow>& coverage, model::Scope scope)
    : scope_(std::move(scope)) {
    for (const Json& json : resources) add(json);
    for (const Json& json : events) add(json);
    // After the objects: what the coverage says of a kind outweighs that a list of it is there.
    read_coverage(coverage);
    link();
}

void Cluster::add(const Json& json) {
    const std::string_view kind = text(json, "kind");
    const std::string_view version = text(json, "apiVersion");
    // A list that is still one (core/model/objects.h) lists nothing: asked, none there.
    if (kind.ends_with(kList) && at(json, "items").is_array() &&
        text(json, "metadata", "name").empty()) {
        const std::string_view of = kind.substr(0, kind.size() - kList.size());
        if (!of.empty() && at(json, "items").empty())
            answers_.try_emplace(plural_of(of), Absence::Certain);
        return;
    }
    // An item that was cut out of its list has lost its kind. Events are known all the same, by the
    // reference to the object they speak of.
    if (kind == "Event" || (kind.empty() && at(json, "involvedObject").is_object()) ||
        (kind.empty() && at(json, "regarding").is_object())) {
        if (const std::optional<Event> event = event_of(json)) events_.push_back(*event);
        return;
    }
    Object object{&json, kind, text(json, "metadata", "namespace"), text(json, "metadata", "name"),
                  text(json, "metadata", "uid")};
    if (kind.empty() || object.name.empty()) return;
    const std::string_view group = group_of(version);
    if (!version.empty() && !is_known_group(kind, group))
        object.kind =
            names_.emplace_back(std::string(kind) + "." + std::string(group.substr(0, 200)));
    auto [it, added] = by_key_.try_emplace(key_of(object.kind, object.space, object.name), nullptr);
    // Two projects may each have a Cluster of that name; neither is a later state of the other.
    if (!added && group_of(text(*it->second->json, "apiVersion")) != group && !group.empty()) {
        object.kind =
            names_.emplace_back(std::string(kind) + "." + std::string(group.substr(0, 200)));
        std::tie(it, added) =
            by_key_.try_emplace(key_of(object.kind, object.space, object.name), nullptr);
    }
    if (added)
        it->second = &objects_.emplace_back(object);
    else
        *it->second = object;  // collected again: the later state holds
}

void Cluster::read_coverage(const std::vector<model::CoverageRow>& coverage) {
    for (const model::CoverageRow& row : coverage) {
        if (!row.source.starts_with("kubernetes")) continue;
        const bool answered =
            row.outcome == model::Outcome::Answered || row.outcome == model::Outcome::Empty;
        // "…/secrets?limit=500" of other collectors, or the source "kubernetes/main/secrets"
        const auto resource_in = [&](std::string_view path) {
            path = path.substr(0, path.find('?'));
            const auto slash = path.rfind('/');
            return slash == std::string_view::npos ? path : path.substr(slash + 1);
        };
        // Another project's list says nothing of Kubernetes' own kinds, though they share a plural.
        if (const auto path = list_path(row.query)) {
            if (!is_known_plural(path->plural) || is_known_list(path->plural, path->group))
                answers_[std::string(path->plural)] =
                    answered ? Absence::Certain : Absence::Unknown;
            continue;
        }
        bool specific = false;
        for (const std::string_view path :
             {std::string_view(row.query), std::string_view(row.source)}) {
            const std::string_view plural = resource_in(path);
            if (!is_known_plural(plural)) continue;
            answers_[std::string(plural)] = answered ? Absence::Certain : Absence::Unknown;
            specific = true;
            break;
        }
        // A row that names no kind speaks of the whole source: where that failed, anything may
        // lack.
        if (!specific && !answered) cut_short_ = true;
    }
}

void Cluster::link() {
    // All uids before the first question for an owner. Links are made between all objects, but
    // rules are only shown those in scope: a node's pods of other namespaces are seen, never
    // judged.
    for (Object& object : objects_) {
        if (!object.uid.empty()) by_uid_[object.uid] = &object;
        in_order_.push_back(&object);
    }
    std::sort(in_order_.begin(), in_order_.end(), before);
    Objects scoped;
    for (const Object* object : in_order_) {
        if (const Object* above = owner(*object)) owned_[above].push_back(object);
        if (object->kind == "Pod") {
            pods_by_space_[object->space].push_back(object);
            if (const std::string_view node = text(object->spec(), "nodeName"); !node.empty())
                pods_by_node_[node].push_back(object);
            for (const auto& [key, value] : object->labels().items())
                if (value.is_string())
                    pods_by_label_[key_of(object->space, key, value.get_ref<const std::string&>())]
                        .push_back(object);
        }
        if (!in_scope(*object)) continue;
        by_kind_[object->kind].push_back(object);
        scoped.push_back(object);
    }
    in_order_ = std::move(scoped);
    // The message decides between events of one second (core/v1 tells no finer), so that the order
    // does not hang on the pages of the API.
    std::stable_sort(events_.begin(), events_.end(), [](const Event& a, const Event& b) {
        return std::tuple(a.last.value_or(0), a.message) <
               std::tuple(b.last.value_or(0), b.message);
    });
    for (const Event& event : events_)
        events_by_object_[key_of(event.kind, event.space, event.name)].push_back(&event);
}

const Objects& Cluster::all(std::string_view kind) const {
    const auto it = by_kind_.find(kind);
    return it == by_kind_.end() ? kNone : it->second;
}

std::span<const Object* const> Cluster::all(std::string_view kind, std::string_view space) const {
    const Objects& objects = all(kind);
    // Objects of a kind stand in order of their namespaces. The comparison is asked with an object
    // on one side and the namespace on the other.
    const auto [first, last] =
        std::equal_range(objects.begin(), objects.end(), space, [](const auto& a, const auto& b) {
            const auto name = [](const auto& side) {
                if constexpr (std::is_pointer_v<std::decay_t<decltype(side)>>)
                    return side->space;
                else
                    return side;
            };
            return name(a) < name(b);
        });
    return {first, last};
}

const Object* Cluster::find(std::string_view kind, std::string_view space,
                            std::string_view name) const {
    const auto it = by_key_.find(key_of(kind, space, name));
    return it == by_key_.end() ? nullptr : it->second;
}

Absence Cluster::absence(std::string_view kind, std::string_view space) const {
    const auto it = answers_.find(plural_of(kind));
    if (it != answers_.end() && it->second == Absence::Unknown) return Absence::Unknown;
    if (cut_short_) return Absence::Unknown;
    // What was collected for one namespace says nothing about another one, nor about the cluster.
    if (!scope_.space.empty() && space != scope_.space &&
        (!space.empty() || (all(kind).empty() && it == answers_.end())))
        return Absence::Unknown;
    if (it != answers_.end() || !all(kind).empty()) return Absence::Certain;
    // The role that we ship may not list Secrets: that none came says nothing.
    return kind == "Secret" ? Absence::Unknown : Absence::Likely;
}

const Object* Cluster::owner(const Object& object) const {
    const Json* best = nullptr;
    // The controller's reference is the one that made it; the first owner stands in where none is
    // marked.
    for (const Json& reference : list(object.metadata(), "ownerReferences")) {
        if (best == nullptr || flag(reference, "controller")) best = &reference;
        if (flag(reference, "controller")) break;
    }
    if (best == nullptr) return nullptr;
    if (const auto it = by_uid_.find(text(*best, "uid")); it != by_uid_.end()) return it->second;
    const std::string_view kind = text(*best, "kind");
    const Object* found = find(kind, object.space, text(*best, "name"));
    // An owner may be cluster-wide: a mirror pod belongs to its Node.
    return found != nullptr ? found : find(kind, "", text(*best, "name"));
}

const Object& Cluster::root(const Object& object) const {
    const Object* top = &object;
    for (int i = 0; i < kDeepestOwner; ++i) {
        const Object* above = owner(*top);
        if (above == nullptr || above == top) break;
        top = above;
    }
    return *top;
}

const Objects& Cluster::owned_by(const Object& owner) const {
    const auto it = owned_.find(&owner);
    return it == owned_.end() ? kNone : it->second;
}

Objects Cluster::pods_of(const Object& workload) const {
    Objects pods;
    Objects open{&workload};
    // The bound ends circles: nothing keeps owner references from forming one.
    for (std::size_t i = 0; i < open.size() && i < 10'000; ++i)
        for (const Object* below : owned_by(*open[i]))
            (below->kind == "Pod" ? pods : open).push_back(below);
    return pods;
}

Objects Cluster::pods_selected(std::string_view space, const Selector& selector) const {
    const Objects* candidates = &kNone;
    const auto [key, value] = selector.anchor();
    if (key.empty()) {
        const auto it = pods_by_space_.find(space);
        if (it != pods_by_space_.end()) candidates = &it->second;
    } else {
        const auto it = pods_by_label_.find(key_of(space, key, value));
        if (it != pods_by_label_.end()) candidates = &it->second;
    }
    Objects out;
    for (const Object* pod : *candidates)
        if (selector.matches(pod->labels())) out.push_back(pod);
    return out;
}

const Objects& Cluster::pods_on(std::string_view node) const {
    const auto it = pods_by_node_.find(node);
    return it == pods_by_node_.end() ? kNone : it->second;
}

std::vector<const Event*> Cluster::events_of(const Object& object) const {
    const auto it = events_by_object_.find(key_of(object.kind, object.space, object.name));
    if (it == events_by_object_.end()) return {};
    std::vector<const Event*> out;
    for (const Event* event : it->second) {
        // Kubelets write a node's name where its uid belongs.
        const bool other = !event->uid.empty() && !object.uid.empty() && event->uid != object.uid &&
                           event->uid != object.name;
        if (!other) out.push_back(event);
    }
    return out;
}

const Event* Cluster::newest(const Object& object,
                             std::initializer_list<std::string_view> reasons) const {
    const Event* found = nullptr;
    for (const Event* event : events_of(object))
        if (std::find(reasons.begin(), reasons.end(), event->reason) != reasons.end())
            found = event;
    return found;
}

bool Cluster::in_scope(const Object& object) const {
    return scope_.space.empty() || object.space.empty() || object.space == scope_.space ||
           object.space == "kube-system";
}

}  // namespace insight::analysis::kubernetes
