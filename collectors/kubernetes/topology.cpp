#include "collectors/kubernetes/topology.h"

#include <tuple>

#include "collectors/kubernetes/look.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;

class Builder {
  public:
    explicit Builder(const Estate& estate) : estate_(estate) {}

    std::vector<model::Edge> run() {
        for (const Json* service : estate_.all("Service")) of_service(*service);
        for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet", "Rollout", "CronJob"})
            for (const Json* workload : estate_.all(kind)) of_workload(*workload);
        for (const Json* pod : estate_.all("Pod")) of_pod(*pod);
        for (const Json* ingress : estate_.all("Ingress")) of_ingress(*ingress);
        for (const char* kind : {"HTTPRoute", "GRPCRoute"})
            for (const Json* route : estate_.all(kind)) of_route(*route);
        std::vector<model::Edge> out;
        for (const auto& [from, to, kind] : edges_) out.push_back({from, to, kind});
        return out;
    }

  private:
    void add(const std::string& from, const std::string& to, const char* kind) {
        if (from.empty() || to.empty() || from == to || edges_.size() >= kMostEdges) return;
        edges_.emplace(from, to, kind);
    }

    // The names under which the analysis knows whatever serves this Service.
    std::set<std::string> behind(const std::string& space, const std::string& name) const {
        std::set<std::string> out;
        if (const Json* service = estate_.find("Service", space, name))
            for (const Json* pod : estate_.pods_of_service(*service))
                out.insert(estate_.service_of(*pod));
        // A Service without pods, or one that leads out of the cluster, still is what people call.
        if (out.empty()) out.insert(name);
        return out;
    }

    void of_service(const Json& service) {
        const std::string name = text(service, "metadata", "name");
        for (const Json* pod : estate_.pods_of_service(service))
            add(name, estate_.service_of(*pod), "depends_on");
    }

    // The pod and its service: what is found at a node concerns either.
    void of_pod(const Json& pod) {
        const std::string name = text(pod, "metadata", "name");
        const std::string service = estate_.service_of(pod);
        const std::string node = text(pod, "spec", "nodeName");
        add(service, name, "depends_on");
        add(name, node, "runs_on");
        add(service, node, "runs_on");
    }

    void of_workload(const Json& workload) {
        const std::string name = estate_.service_of(workload);
        const std::string space = text(workload, "metadata", "namespace");
        const Json& spec = pod_spec(workload);
        for (const Json& volume : list(spec, "volumes"))
            if (const std::string claim = text(volume, "persistentVolumeClaim", "claimName");
                !claim.empty())
                add(name, "persistentvolumeclaim/" + claim, "depends_on");
        for (const Json& container : list(spec, "containers"))
            for (const Json& variable : list(container, "env"))
                for (const std::string& host : hosts_in(text(variable, "value")))
                    names_service(name, space, host);
    }

    // Only what is a Service here: any other word of an environment would make edges to nowhere.
    // "orders-db", "orders-db.shop", "orders-db.shop.svc.cluster.local"
    void names_service(const std::string& from, const std::string& space, const std::string& host) {
        const std::size_t dot = host.find('.');
        const std::string service = host.substr(0, dot);
        std::string other = space;
        if (dot != std::string::npos) {
            const std::string rest = host.substr(dot + 1);
            const std::size_t next = rest.find('.');
            if (next != std::string::npos && rest.substr(next + 1, 3) != "svc") return;
            other = rest.substr(0, next);
        }
        if (estate_.find("Service", other, service) == nullptr) return;
        for (const std::string& to : behind(other, service)) add(from, to, "depends_on");
    }

    void of_ingress(const Json& ingress) {
        const std::string from = "ingress/" + text(ingress, "metadata", "name");
        const std::string space = text(ingress, "metadata", "namespace");
        const auto leads_to = [&](const Json& backend) {
            std::string name = text(backend, "service", "name");
            if (name.empty()) name = text(backend, "serviceName");
            if (name.empty()) return;
            for (const std::string& to : behind(space, name)) add(from, to, "calls");
        };
        leads_to(at(ingress, "spec", "defaultBackend"));
        leads_to(at(ingress, "spec", "backend"));  // its name in v1beta1
        for (const Json& rule : list(ingress, "spec", "rules"))
            for (const Json& path : list(rule, "http", "paths")) leads_to(at(path, "backend"));
    }

    void of_route(const Json& route) {
        std::string from = text(route, "kind") == "HTTPRoute" ? "httproute/" : "grpcroute/";
        from += text(route, "metadata", "name");
        const std::string space = text(route, "metadata", "namespace");
        for (const Json& rule : list(route, "spec", "rules"))
            for (const Json& backend : list(rule, "backendRefs")) {
                const std::string kind = text(backend, "kind");
                if (!kind.empty() && kind != "Service") continue;
                const std::string other = text(backend, "namespace");
                for (const std::string& to :
                     behind(other.empty() ? space : other, text(backend, "name")))
                    add(from, to, "calls");
            }
    }

    const Estate& estate_;
    std::set<std::tuple<std::string, std::string, std::string>> edges_;
};

bool is_host_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

}  // namespace

std::vector<std::string> hosts_in(std::string_view value) {
    constexpr std::size_t kMost = 8;
    std::vector<std::string> out;
    if (value.size() > 2000) value = value.substr(0, 2000);
    std::size_t i = 0;
    while (i < value.size() && out.size() < kMost) {
        if (!is_host_char(value[i])) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < value.size() && is_host_char(value[end])) ++end;
        const std::string_view word = value.substr(i, end - i);
        // a whole value, or what stands where URLs and lists of addresses have their hosts
        const bool begins = i == 0 || value.substr(0, i).ends_with("//") || value[i - 1] == '@' ||
                            value[i - 1] == ',' || value[i - 1] == '=' || value[i - 1] == ' ';
        const bool ends =
            end == value.size() || (value[end] == ':' && value.substr(end, 3) != "://") ||
            value[end] == '/' || value[end] == ',' || value[end] == ' ' || value[end] == '?';
        if (begins && ends && word.size() > 1 && word.front() != '-' && word.front() != '.')
            out.emplace_back(word);
        i = end + 1;
    }
    return out;
}

std::vector<model::Edge> topology(const Estate& estate) {
    return Builder(estate).run();
}

}  // namespace insight::collectors::kubernetes
