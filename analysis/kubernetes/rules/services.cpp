// Services that lead nowhere: no endpoint, no ready endpoint, ports that do not meet. Without a
// selector somebody else keeps a service's endpoints: it may be empty on purpose, and is not
// judged.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "analysis/kubernetes/container.h"
#include "analysis/kubernetes/endpoints.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// Locks of leader elections were Endpoints objects before there were Leases: no pod stands behind
// those.
bool elects_leaders(const Object& object) {
    return !object.annotation("control-plane.alpha.kubernetes.io/leader").empty();
}

// Workloads whose template the service selects and that are scaled to nothing.
const Object* scaled_to_zero(const Look& look, const Object& service, const Selector& selector) {
    for (const char* kind : {"Deployment", "StatefulSet", "ReplicaSet"})
        for (const Object* workload : look.cluster.all(kind, service.space))
            if (at(workload->spec(), "replicas").is_number() &&
                count(workload->spec(), "replicas") == 0 &&
                list(workload->metadata(), "ownerReferences").empty() &&
                selector.matches(workload->pod_labels()))
                return workload;
    return nullptr;
}

// Scaling down on purpose is no fault, unless it was done just now and traffic still comes.
void zero_by_intent(Look& look, const Object& service, const Object& workload) {
    const Event* scaled = look.cluster.newest(workload, {"ScalingReplicaSet", "SuccessfulDelete"});
    if (scaled == nullptr || !scaled->last || *scaled->last <= look.window.baseline_end) return;
    look.add(workload, "scaled_to_zero", Level::Config, Weight{0.7, 0.8, 0.8, 5})
        .says(fmt::format("{} was scaled to 0, so service {} has nobody to answer: {}",
                          label_of(workload), path_of(service), in_quotes(scaled->message)))
        .since(scaled->last)
        .cite(*scaled)
        .cite(workload, {{"wanted", 0}})
        .cite(service,
              {{"selector", base::dump_json(map(service.spec(), "selector")).substr(0, 300)}})
        .overturned("If nobody calls the service any more, scaling down was right.",
                    get_command(workload))
        .advise("Ask who scaled it down; scale it up again if that was not meant.",
                fmt::format("kubectl rollout history {}/{}{}",
                            workload.kind == "Deployment" ? "deployment" : "statefulset",
                            shell_word(workload.name), space_flag(workload)));
}

void no_endpoints(Look& look, const Object& service, const Backing& backing,
                  const Selector& selector) {
    if (const Object* workload = scaled_to_zero(look, service, selector))
        return zero_by_intent(look, service, *workload);
    const std::string words = selector.words();
    Cells cells{
        {"selector", words}, {"ready endpoints", 0}, {"pods selected", backing.pods.size()}};
    const bool no_pods = backing.pods.empty();
    Note& note =
        look.add(service, "no_endpoints", Level::Config,
                 no_pods ? kFault : Weight{0.8, 0.8, 0.5, 6})
            .says(
                no_pods
                    ? fmt::format(
                          "Service {} has no endpoints: no pod has the labels {} that it selects.",
                          path_of(service), words)
                    : fmt::format("Service {} has no endpoints: none of the {} pods with the "
                                  "labels {} serves.",
                                  path_of(service), backing.pods.size(), words))
            .cite(service, std::move(cells))
            .overturned("If pods with these labels are ready now, the endpoints follow at once.",
                        fmt::format("kubectl get pods{} -l {} --show-labels", space_flag(service),
                                    shell_word(selector.words())))
            .advise(no_pods
                        ? "Compare the service's selector with the labels of the workload's pods."
                        : "Look at the pods behind it.",
                    "kubectl get pods --show-labels" + space_flag(service));
    // The record is what kube-proxy goes by; pods alone would not prove that nothing is routed.
    if (backing.record != nullptr) note.cite(*backing.record, {{"ready addresses", 0}});
    for (const Object* pod : backing.pods) note.after(pod).after(look.cluster.owner(*pod));
    for (const char* kind : {"Deployment", "StatefulSet", "DaemonSet"})
        for (const Object* workload : look.cluster.all(kind, service.space))
            if (selector.matches(workload->pod_labels())) {
                note.after(workload);
                for (const Object* below : look.cluster.owned_by(*workload)) note.after(below);
            }
}

void not_ready_endpoints(Look& look, const Object& service, const Backing& backing) {
    Note& note =
        look.add(service, "endpoints_not_ready", Level::Infrastructure,
                 backing.ready == 0 ? Weight{0.8, 0.9, 0.5, 6} : Weight{0.4, 0.3, 0.25, 2})
            .says(fmt::format("Service {} has {} endpoint{} that {} not ready and {} ready{}.",
                              path_of(service), backing.not_ready,
                              backing.not_ready == 1 ? "" : "s",
                              backing.not_ready == 1 ? "is" : "are", backing.ready,
                              backing.not_ready_names.empty()
                                  ? ""
                                  : fmt::format(": {}", fmt::join(backing.not_ready_names, ", "))))
            .cite(service, {{"not ready", backing.not_ready},
                            {"ready", backing.ready},
                            {"pods", fmt::format("{}", fmt::join(backing.not_ready_names, ", "))}})
            .overturned("If the pods become ready by themselves, they only started slowly.",
                        fmt::format("kubectl get endpointslices -l kubernetes.io/service-name={}{}",
                                    shell_word(service.name), space_flag(service)))
            .advise("Look at the pods that are not ready.",
                    "kubectl get pods -o wide" + space_flag(service));
    for (const Object* pod : backing.pods) note.after(pod).after(look.cluster.owner(*pod));
}

// "8080"; nothing for a port's name
std::optional<std::int64_t> parse_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return std::nullopt;
    std::int64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    return number;
}

// An init container that is no sidecar: it has no port to declare.
bool ends_before_serving(const Json& pod_spec, const Json& container) {
    const Json& init = list(pod_spec, "initContainers");
    return text(container, "restartPolicy") != "Always" &&
           std::any_of(init.begin(), init.end(),
                       [&](const Json& one) { return &one == &container; });
}

// Does a pod offer the port at which the service knocks? A name must be declared; a number need not
// be, so it only counts against pods whose containers all declare ports.
void ports(Look& look, const Object& service, const Objects& pods) {
    if (pods.empty() || text(service.spec(), "type") == "ExternalName") return;
    for (const Json& port : list(service.spec(), "ports")) {
        // targetPort may be a name, a number or a number as text; left out, it is the port itself.
        const Json& target = at(port, "targetPort");
        const bool named = target.is_string() && !parse_port(target.get_ref<const std::string&>());
        const std::int64_t number =
            target.is_string() ? parse_port(target.get_ref<const std::string&>()).value_or(0)
                               : whole(target, count(port, "port"));
        if (!named && number == 0) continue;
        const std::string wanted =
            named ? plain(target.get_ref<const std::string&>()) : std::to_string(number);
        std::string declared;
        bool met = false;
        bool all_declare = true;
        for (const Json* container : wanted_containers(pods.front()->spec())) {
            if (ends_before_serving(pods.front()->spec(), *container)) continue;
            const Json& own = list(*container, "ports");
            all_declare = all_declare && !own.empty();
            for (const Json& entry : own) {
                const std::string name = plain(text(entry, "name"));
                met = met || (named ? name == wanted : count(entry, "containerPort") == number);
                declared += fmt::format("{}{}{}", declared.empty() ? "" : ", ",
                                        count(entry, "containerPort"),
                                        name.empty() ? "" : " (" + name + ")");
            }
        }
        if (met || (!named && (!all_declare || declared.empty()))) continue;
        if (wanted_containers(pods.front()->spec()).empty()) continue;
        look.add(service, "service_port_mismatch", Level::Config,
                 named ? kFault : Weight{0.5, 0.4, 0.45, 2.5})
            .says(fmt::format(
                "Service {} sends port {} to port {} of its pods, but pod {} declares {}.",
                path_of(service), count(port, "port"), wanted, path_of(*pods.front()),
                declared.empty() ? "no such port" : "only " + declared))
            .concerns(wanted)
            .cite(service, {{"port", count(port, "port")}, {"targetPort", wanted}})
            .cite(*pods.front(), {{"declared ports", declared}})
            .overturned(
                "If the process listens on that port although it is not declared, the service "
                "works.",
                fmt::format("kubectl get endpointslices -l kubernetes.io/service-name={}{} -o yaml",
                            shell_word(service.name), space_flag(service)))
            .advise("Let targetPort name a port on which the container listens.",
                    get_command(service));
        return;
    }
}

// What the controllers of services complain of (load balancers, addresses).
void service_complaints(Look& look, const Object& service, bool healthy) {
    const Event* event = nullptr;
    for (const Event* candidate : look.cluster.events_of(service))
        if (candidate->warning())
            event = candidate;
        else if (candidate->reason.starts_with("Ensured"))
            event = nullptr;  // it worked in the end
    if (event == nullptr) return;
    const bool balancer = text(service.spec(), "type") == "LoadBalancer" &&
                          !list(service.status(), "loadBalancer", "ingress").empty();
    look.add(service, "service_not_provisioned", Level::Dependency, kFault)
        .says(fmt::format("Service {} cannot be set up ({}): {}", path_of(service),
                          plain(event->reason), in_quotes(event->message)))
        .since(event->first)
        .over(balancer && healthy)
        .concerns(std::string(event->reason))
        .cite(*event)
        .overturned("If its address is assigned now, the controller got through.",
                    describe_command(service))
        .advise("Read what the cloud or the address pool answers.", describe_command(service));
}

}  // namespace

void services(Look& look) {
    const Slices slices(look.cluster);
    for (const Object* service : look.cluster.all("Service")) {
        const Backing backing = backing_of(look.cluster, slices, *service);
        const Json& selector_json = map(service->spec(), "selector");
        const Selector selector = Selector::of_map(selector_json);
        const bool judged = !selector_json.empty() && backing.known &&
                            text(service->spec(), "type") != "ExternalName" &&
                            !look.younger(service->created(), base::kMinute) &&
                            !elects_leaders(*service) &&
                            !(backing.record != nullptr && elects_leaders(*backing.record));
        if (judged && backing.ready == 0 && backing.not_ready == 0)
            no_endpoints(look, *service, backing, selector);
        else if (judged && backing.not_ready > 0 &&
                 // for peers that must find each other before they are ready
                 !flag(service->spec(), "publishNotReadyAddresses")) {
            // Pods that were only just started are not against it while others serve.
            const bool starting =
                !backing.pods.empty() && backing.ready > 0 &&
                std::all_of(backing.pods.begin(), backing.pods.end(), [&](const Object* pod) {
                    return is_ready(*pod) || pod->deleted() ||
                           look.younger(pod->created(), 2 * base::kMinute);
                });
            if (!starting) not_ready_endpoints(look, *service, backing);
        }
        ports(look, *service, backing.pods);
        service_complaints(look, *service, backing.ready > 0);
    }
}

}  // namespace insight::analysis::kubernetes
