#include "collectors/kubernetes/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "collectors/kubernetes/events.h"
#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;
using model::Change;

constexpr std::string_view kRevision = "deployment.kubernetes.io/revision";
constexpr std::string_view kCause = "kubernetes.io/change-cause";

// Kinds whose specification people write and that can break a service; rollouts have their own
// history, and controllers write the others all the time.
constexpr std::array kWritten{"Service",
                              "Ingress",
                              "IngressClass",
                              "NetworkPolicy",
                              "HorizontalPodAutoscaler",
                              "PodDisruptionBudget",
                              "ResourceQuota",
                              "LimitRange",
                              "StorageClass",
                              "PersistentVolumeClaim",
                              "ValidatingWebhookConfiguration",
                              "MutatingWebhookConfiguration",
                              "HTTPRoute",
                              "GRPCRoute",
                              "Gateway",
                              "CronJob",
                              "ScaledObject",
                              "ConfigMap"};

std::string name_of(const Json& object) {
    return text(object, "metadata", "name");
}

std::string path_of(const Json& object) {
    const std::string space = text(object, "metadata", "namespace");
    return space.empty() ? name_of(object) : space + "/" + name_of(object);
}

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
    return out;
}

class Finder {
  public:
    Finder(const Estate& estate, const std::vector<Json>& events, Nanos from, Nanos to,
           const std::string& instance)
        : estate_(estate), events_(events), from_(from), to_(to), ref_("kubernetes/" + instance) {}

    std::vector<Change> run() {
        rollouts("ReplicaSet", [](const Json& set) {
            const std::string text_of = text(set, "metadata", "annotations", kRevision);
            std::int64_t value = 0;
            for (const char c : text_of.substr(0, 15))
                if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
            return value;
        });
        rollouts("ControllerRevision", [](const Json& one) { return whole(one, "revision"); });
        scaling();
        for (const char* kind : kWritten)
            for (const Json* object : estate_.all(kind)) written(*object);
        for (const Json* node : estate_.all("Node")) of_node(*node);
        std::sort(out_.begin(), out_.end(), [](const Change& a, const Change& b) {
            return std::tie(b.time, a.entity, a.summary) < std::tie(a.time, b.entity, b.summary);
        });
        if (out_.size() > kMostChanges) out_.resize(kMostChanges);
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool inside(Nanos time) const { return time >= from_ && time <= to_; }

    Change& add(Nanos time, const char* kind, std::string entity, const Json& object) {
        Change change;
        change.time = time;
        change.kind = kind;
        change.entity = std::move(entity);
        change.ref = ref_ + " " + base::lower(text(object, "kind")) + " " + path_of(object);
        out_.push_back(std::move(change));
        return out_.back();
    }

    // Who wrote one of these fields last, in the window.
    [[nodiscard]] static const Json* writer_of(const Json& object, std::string_view field) {
        const Json* best = nullptr;
        for (const Json& entry : list(object, "metadata", "managedFields"))
            for (const Json& one : list(entry, "fields"))
                if (one.is_string() && one.get_ref<const std::string&>().starts_with(field) &&
                    (best == nullptr || time_at(*best, "time") < time_at(entry, "time")))
                    best = &entry;
        return best;
    }

    // Revisions of one workload, oldest first; every one made in the window is a rollout.
    template <class Number>
    void rollouts(const char* kind, Number number) {
        std::map<const Json*, std::vector<const Json*>> revisions;
        for (const Json* one : estate_.all(kind)) {
            const Json& workload = estate_.root(*one);
            if (&workload != one) revisions[&workload].push_back(one);
        }
        for (auto& [workload, list_of] : revisions) {
            std::sort(list_of.begin(), list_of.end(),
                      [&](const Json* a, const Json* b) { return number(*a) < number(*b); });
            for (std::size_t i = 0; i < list_of.size(); ++i) {
                const Nanos made = time_at(*list_of[i], "metadata", "creationTimestamp");
                const bool newest = i + 1 == list_of.size();
                if (inside(made))
                    rollout(*workload, i == 0 ? nullptr : list_of[i - 1], *list_of[i], made, false);
                // an old revision on top again: a roll-back, timed by what the controller said
                else if (newest && i > 0)
                    if (const Nanos back = scaled_up(*list_of[i]); inside(back) && back > made)
                        rollout(*workload, list_of[i - 1], *list_of[i], back, true);
            }
        }
    }

    static const Json& template_of(const Json& revision) {
        const Json& data = at(revision, "data", "spec", "template");
        return data.is_object() ? data : at(revision, "spec", "template");
    }

    // First time in the window that the controller reported to grow this replica set from nothing.
    [[nodiscard]] Nanos scaled_up(const Json& set) const {
        Nanos first = 0;
        const std::string phrase = "Scaled up replica set " + name_of(set) + " ";
        for (const Json& event : events_) {
            if (text(event, "reason") != "ScalingReplicaSet" ||
                !text(event, "message").starts_with(phrase) ||
                text(event, "metadata", "namespace") != text(set, "metadata", "namespace"))
                continue;
            const Nanos time = first_time(event);
            if (inside(time) && (first == 0 || time < first)) first = time;
        }
        // without the deployment's own write in the window it was scaled, not rolled back
        return writer_of(estate_.root(set), "spec.template") != nullptr ? first : 0;
    }

    void rollout(const Json& workload, const Json* before, const Json& after, Nanos time,
                 bool back) {
        static const Json kNothing = Json::object();
        const std::string service = estate_.service_of(workload);
        const Difference difference = compare_templates(
            before == nullptr ? kNothing : template_of(*before), template_of(after));
        const bool image_only = difference.lines.empty() && !difference.images_after.empty();
        Change& change =
            add(time, before != nullptr && image_only ? "image" : "deploy", service, workload);
        const std::string what = text(workload, "kind") + " " + path_of(workload);
        if (before == nullptr) {
            std::string images;
            for (const Json& container : list(pod_spec(workload), "containers"))
                images += (images.empty() ? "" : ", ") + text(container, "name") + "=" +
                          text(container, "image");
            change.after = images;
            change.summary = fmt::format("{} was first rolled out", what);
        } else if (!difference.images_after.empty()) {
            change.before = difference.images_before;
            change.after = difference.images_after;
            change.summary =
                fmt::format("{} was rolled {} {} (before: {})", what, back ? "back to" : "out with",
                            difference.images_after, difference.images_before);
        } else if (difference.restarted) {
            change.summary = fmt::format("{} was restarted (kubectl rollout restart)", what);
        } else {
            change.summary = fmt::format(
                "{} was rolled {}: {}", what, back ? "back" : "out",
                difference.lines.empty() ? "its template changed" : difference.lines.front());
        }
        change.summary = base::shorten(change.summary, 500);
        if (before != nullptr) change.diff = joined(difference.lines);
        if (const Json* writer = writer_of(workload, "spec.template"))
            change.author = text(*writer, "manager");
        if (const std::string cause = text(after, "metadata", "annotations", kCause);
            !cause.empty())
            change.summary += "; change-cause: " + base::shorten(base::one_line(cause), 200);
    }

    void scaling() {
        for (const Json& event : events_) {
            const std::string reason = text(event, "reason");
            const Nanos time = event_time(event);
            if (!inside(time)) continue;
            const Json& about = at(event, "involvedObject");
            const std::string space = text(about, "namespace");
            if (reason == "SuccessfulRescale") {
                const Json* scaler =
                    estate_.find("HorizontalPodAutoscaler", space, text(about, "name"));
                if (scaler == nullptr) continue;
                const Json& target = at(*scaler, "spec", "scaleTargetRef");
                const Json* workload =
                    estate_.find(text(target, "kind"), space, text(target, "name"));
                Change& change =
                    add(time, "scaling",
                        workload != nullptr ? estate_.service_of(*workload) : text(target, "name"),
                        *scaler);
                change.author = "horizontal-pod-autoscaler";
                change.summary = fmt::format("HorizontalPodAutoscaler {}: {}", path_of(*scaler),
                                             base::shorten(text(event, "message"), 200));
            }
        }
        // by hand: only writes of the scale subresource prove it
        for (const char* kind : {"Deployment", "StatefulSet", "ReplicaSet"})
            for (const Json* workload : estate_.all(kind))
                for (const Json& entry : list(*workload, "metadata", "managedFields")) {
                    if (text(entry, "subresource") != "scale" || !inside(time_at(entry, "time")))
                        continue;
                    Change& change = add(time_at(entry, "time"), "scaling",
                                         estate_.service_of(*workload), *workload);
                    change.author = text(entry, "manager");
                    change.after = std::to_string(whole(*workload, "spec", "replicas"));
                    change.summary = fmt::format("{} {} was scaled to {} replicas", kind,
                                                 path_of(*workload), change.after);
                }
    }

    // The services that use a config map or are behind an object; at most a few.
    [[nodiscard]] std::vector<std::string> concerned(const Json& object) const {
        std::set<std::string> out;
        const std::string kind = text(object, "kind");
        const std::string space = text(object, "metadata", "namespace");
        const std::string name = name_of(object);
        if (kind == "Service") {
            for (const Json* pod : estate_.pods_of_service(object))
                out.insert(estate_.service_of(*pod));
            if (out.empty()) out.insert(name);
        } else if (kind == "HorizontalPodAutoscaler") {
            const Json& target = at(object, "spec", "scaleTargetRef");
            if (const Json* workload =
                    estate_.find(text(target, "kind"), space, text(target, "name")))
                out.insert(estate_.service_of(*workload));
        } else if (kind == "ConfigMap") {
            for (const char* user : {"Deployment", "StatefulSet", "DaemonSet", "CronJob"})
                for (const Json* workload : estate_.all(user))
                    if (text(*workload, "metadata", "namespace") == space &&
                        uses_config(pod_spec(*workload), name))
                        out.insert(estate_.service_of(*workload));
        }
        if (out.empty()) out.insert(base::lower(kind) + "/" + name);
        std::vector<std::string> few(out.begin(), out.end());
        if (few.size() > 5) few.resize(5);
        return few;
    }

    static bool uses_config(const Json& spec, const std::string& name) {
        for (const Json& volume : list(spec, "volumes")) {
            if (text(volume, "configMap", "name") == name) return true;
            for (const Json& source : list(volume, "projected", "sources"))
                if (text(source, "configMap", "name") == name) return true;
        }
        for (const char* group : {"containers", "initContainers"})
            for (const Json& container : list(spec, group)) {
                for (const Json& from : list(container, "envFrom"))
                    if (text(from, "configMapRef", "name") == name) return true;
                for (const Json& variable : list(container, "env"))
                    if (text(variable, "valueFrom", "configMapKeyRef", "name") == name) return true;
            }
        return false;
    }

    void written(const Json& object) {
        const std::string kind = text(object, "kind");
        const Nanos made = time_at(object, "metadata", "creationTimestamp");
        const auto say = [&](Nanos time, const std::string& author, const std::string& verb) {
            for (const std::string& entity : concerned(object)) {
                Change& change = add(time, "config", entity, object);
                change.author = author;
                change.summary = fmt::format("{} {} was {}", kind, path_of(object), verb);
            }
        };
        if (inside(made)) say(made, "", "created");
        for (const Json& entry : list(object, "metadata", "managedFields")) {
            const Nanos time = time_at(entry, "time");
            // a write right after the creation is part of it
            if (!inside(time) || !text(entry, "subresource").empty() ||
                (time >= made && time - made < 2 * base::kSecond))
                continue;
            std::string parts;
            for (const Json& field : list(entry, "fields")) {
                if (!field.is_string()) continue;
                const std::string name = field.get<std::string>();
                if (name.starts_with("status") || name.starts_with("metadata")) continue;
                if (parts.size() < 200) parts += (parts.empty() ? "" : ", ") + name;
            }
            if (!parts.empty())
                say(time, text(entry, "manager"), "changed (fields of this writer: " + parts + ")");
        }
    }

    void of_node(const Json& node) {
        const std::string name = name_of(node);
        if (const Nanos made = time_at(node, "metadata", "creationTimestamp"); inside(made))
            add(made, "node", name, node).summary = fmt::format("node {} joined the cluster", name);
        const Json* writer = writer_of(node, "spec.unschedulable");
        if (base::flag_at(at(node, "spec"), "unschedulable") && writer != nullptr &&
            inside(time_at(*writer, "time"))) {
            Change& change = add(time_at(*writer, "time"), "node", name, node);
            change.author = text(*writer, "manager");
            change.summary = fmt::format("node {} was cordoned", name);
        }
        for (const Json& taint : list(node, "spec", "taints"))
            if (const Nanos time = time_at(taint, "timeAdded"); inside(time)) {
                Change& change = add(time, "node", name, node);
                change.summary = fmt::format("node {} was tainted: {}", name, text(taint, "key"));
            }
    }

    const Estate& estate_;
    const std::vector<Json>& events_;
    const Nanos from_, to_;
    const std::string ref_;
    std::vector<Change> out_;
};

}  // namespace

std::vector<Change> changes(const Estate& estate, const std::vector<Json>& events, Nanos from,
                            Nanos to, const std::string& instance) {
    return Finder(estate, events, from, to, instance).run();
}

}  // namespace insight::collectors::kubernetes
