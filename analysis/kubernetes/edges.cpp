#include "analysis/kubernetes/edges.h"

#include "analysis/kubernetes/kinds.h"
#include "analysis/kubernetes/names.h"

namespace insight::analysis::kubernetes {
namespace {

class Edges {
  public:
    Edges(const Cluster& cluster, const Names& names) : cluster_(cluster), names_(names) {}

    void add(const std::string& from, const std::string& to, const char* kind) {
        if (!from.empty() && !to.empty() && from != to) edges_.insert({from, to, kind});
    }
    void needs(const std::string& from, std::string_view kind, std::string_view name) {
        if (!name.empty()) add(from, Names::entity_of(kind, name).name, "depends_on");
    }
    // A Service by name: the entity that stands behind it, whether it was collected or not.
    void leads(const std::string& from, std::string_view space, std::string_view name) {
        if (name.empty()) return;
        const Object* service = cluster_.find("Service", space, name);
        add(from, service != nullptr ? names_.entity_of(*service).name : plain(name), "depends_on");
    }

    void mounts(const std::string& from, const Json& pod_spec) {
        for (const char* where : {"initContainers", "containers"})
            for (const Json& container : list(pod_spec, where)) {
                for (const Json& entry : list(container, "envFrom")) {
                    needs(from, "ConfigMap", text(entry, "configMapRef", "name"));
                    needs(from, "Secret", text(entry, "secretRef", "name"));
                }
                for (const Json& entry : list(container, "env")) {
                    needs(from, "ConfigMap", text(entry, "valueFrom", "configMapKeyRef", "name"));
                    needs(from, "Secret", text(entry, "valueFrom", "secretKeyRef", "name"));
                }
            }
        for (const Json& volume : list(pod_spec, "volumes")) {
            needs(from, "ConfigMap", text(volume, "configMap", "name"));
            needs(from, "Secret", text(volume, "secret", "secretName"));
            needs(from, "PersistentVolumeClaim",
                  text(volume, "persistentVolumeClaim", "claimName"));
            for (const Json& source : list(volume, "projected", "sources")) {
                // The cluster's own certificate is put into every pod by itself.
                if (text(source, "configMap", "name") != "kube-root-ca.crt")
                    needs(from, "ConfigMap", text(source, "configMap", "name"));
                needs(from, "Secret", text(source, "secret", "name"));
            }
        }
    }

    void pod(const Object& object) {
        const std::string name = names_.entity_of(object).name;
        const std::string_view node = text(object.spec(), "nodeName");
        if (!node.empty()) add(name, plain(node), "runs_on");
        mounts(name, object.spec());
    }
    void service(const Object& object) {
        const Json& selector = map(object.spec(), "selector");
        if (selector.empty()) return;
        std::set<std::string> behind;
        for (const Object* pod : cluster_.pods_selected(object.space, Selector::of_map(selector)))
            behind.insert(names_.entity_of(*pod).name);
        for (const std::string& name : behind) add(plain(object.name), name, "depends_on");
    }
    void ingress(const Object& object) {
        const std::string name = names_.entity_of(object).name;
        leads(name, object.space, text(object.spec(), "defaultBackend", "service", "name"));
        for (const Json& rule : list(object.spec(), "rules"))
            for (const Json& path : list(rule, "http", "paths"))
                leads(name, object.space, text(path, "backend", "service", "name"));
    }
    void route(const Object& object) {
        const std::string name = names_.entity_of(object).name;
        // Requests go from the gateway to the route: without routes it leads nowhere.
        for (const Json& parent : list(object.spec(), "parentRefs"))
            if (!text(parent, "name").empty())
                add(Names::entity_of("Gateway", text(parent, "name")).name, name, "depends_on");
        for (const Json& rule : list(object.spec(), "rules"))
            for (const Json& backend : list(rule, "backendRefs")) {
                const std::string_view space = text(backend, "namespace");
                leads(name, space.empty() ? object.space : space, text(backend, "name"));
            }
    }
    void hooks(const Object& object) {
        const std::string name = names_.entity_of(object).name;
        for (const Json& hook : list(*object.json, "webhooks"))
            leads(name, text(hook, "clientConfig", "service", "namespace"),
                  text(hook, "clientConfig", "service", "name"));
    }

    [[nodiscard]] std::vector<model::Edge> take() const {
        std::vector<model::Edge> out;
        for (const auto& [from, to, kind] : edges_) out.push_back({from, to, kind});
        return out;
    }

  private:
    const Cluster& cluster_;
    const Names& names_;
    std::set<std::tuple<std::string, std::string, std::string>> edges_;
};

}  // namespace

std::vector<model::Edge> edges_of(const std::vector<Json>& resources,
                                  const std::set<std::string, std::less<>>& known) {
    // No scope and no coverage: edges are drawn between all objects, and nothing is called missing.
    const Cluster cluster(resources, {}, {}, {});
    const Names names(cluster, known);
    Edges edges(cluster, names);
    for (const Object* object : cluster.everything()) {
        if (object->kind == "Pod")
            edges.pod(*object);
        else if (is_service_like(object->kind))
            // Templates, too: they name what the next pod needs, also where none runs.
            edges.mounts(names.entity_of(*object).name, object->pod_spec());
        else if (object->kind == "Service")
            edges.service(*object);
        else if (object->kind == "Ingress")
            edges.ingress(*object);
        else if (object->kind == "HTTPRoute")
            edges.route(*object);
        else if (object->kind.ends_with("WebhookConfiguration"))
            edges.hooks(*object);
        else if (object->kind == "APIService")
            edges.leads(names.entity_of(*object).name, text(object->spec(), "service", "namespace"),
                        text(object->spec(), "service", "name"));
        else if (object->kind == "PersistentVolumeClaim")
            edges.needs(names.entity_of(*object).name, "PersistentVolume",
                        text(object->spec(), "volumeName"));
    }
    return edges.take();
}

}  // namespace insight::analysis::kubernetes
