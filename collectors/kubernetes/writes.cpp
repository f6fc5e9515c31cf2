#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "collectors/kubernetes/change_list.h"
#include "collectors/kubernetes/look.h"
#include "core/base/text.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using base::Nanos;
using model::Change;

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

// Kinds of somebody's own may be runs rather than settings (a pipeline's, a backup's): of those
// that come by the dozen the coming of one is no news.
constexpr int kMostMade = 10;

class Writes {
  public:
    Writes(const Estate& estate, ChangeList& changes) : estate_(estate), changes_(changes) {}

    void run() {
        for (const char* kind : kWritten)
            for (const Json* object : estate_.all(kind)) written(*object, concerned(*object), true);
        std::map<std::string, int> made;  // by kind, in the window
        for (const Json* object : estate_.foreign())
            if (changes_.inside(time_at(*object, "metadata", "creationTimestamp")))
                ++made[text(*object, "apiVersion") + text(*object, "kind")];
        for (const Json* object : estate_.foreign()) {
            // what a controller made of another object is no decision of anybody
            if (!list(*object, "metadata", "ownerReferences").empty()) continue;
            const std::string kind = text(*object, "kind");
            written(*object, {base::lower(kind) + "/" + name_of(*object)},
                    made[text(*object, "apiVersion") + kind] <= kMostMade);
        }
    }

  private:
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

    void written(const Json& object, const std::vector<std::string>& entities, bool tell_made) {
        const std::string kind = text(object, "kind");
        const Nanos made = time_at(object, "metadata", "creationTimestamp");
        const auto say = [&](Nanos time, const std::string& author, const std::string& verb) {
            for (const std::string& entity : entities) {
                Change& change = changes_.add(time, "config", entity, object);
                change.author = author;
                change.summary = fmt::format("{} {} was {}", kind, path_of(object), verb);
            }
        };
        if (tell_made && changes_.inside(made)) say(made, "", "created");
        for (const Json& entry : list(object, "metadata", "managedFields")) {
            const Nanos time = time_at(entry, "time");
            // a write right after the creation is part of it
            if (!changes_.inside(time) || !text(entry, "subresource").empty() ||
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

    const Estate& estate_;
    ChangeList& changes_;
};

}  // namespace

void find_writes(const Estate& estate, ChangeList& changes) {
    Writes(estate, changes).run();
}

}  // namespace insight::collectors::kubernetes
