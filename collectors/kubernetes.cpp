// Kubernetes 1.20 and newer: objects, events, container logs, usage, changes and topology. What is
// read: kubernetes/kinds.cpp and what people name besides; never Secrets. Needs get and list only;
// `doctor` prints the role.
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/kubernetes/collection.h"
#include "collectors/kubernetes/examine.h"
#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/usage.h"
#include "core/base/text.h"
#include "core/kubernetes/role.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using config::FieldType;
using insight::kubernetes::Target;

constexpr std::array kFields{
    config::Field{"kubeconfig", FieldType::Text, "",
                  "file; empty: KUBECONFIG, ~/.kube/config, or the pod's service account"},
    config::Field{"context", FieldType::Text, "", "context of the kubeconfig; empty: the current"},
    config::Field{"namespaces", FieldType::TextList, "", "namespaces to read; empty: all"},
    config::Field{"kinds", FieldType::TextList, "",
                  "resources to read, like pods or deployments.apps; empty: all it knows"},
    config::Field{"customKinds", FieldType::TextList, "",
                  "kinds of your own to read besides, as plural.group, like "
                  "kafkas.kafka.strimzi.io; at most 32"},
    config::Field{"logs", FieldType::Flag, "true", "read container logs of pods in question"},
    config::Field{"logPods", FieldType::Count, "40", "pods whose logs are read at most"},
    config::Field{"logLines", FieldType::Count, "20000", "log lines read for one incident at most"},
    config::Field{
        "configMapValues", FieldType::Flag, "false",
        "keep values of config maps, credentials as tokens; otherwise their keys and sizes"},
    config::Field{"maxObjects", FieldType::Count, "20000", "objects of one kind read at most"},
    config::Field{"timeout", FieldType::Duration, "10s", "limit of one request"},
    kClusterField,
    kNamespaceField,
};

constexpr std::array kReads{
    ReadItem{"GET /version, POST selfsubjectreviews, selfsubjectaccessreviews",
             "what doctor says; clock", "doctor only, one request a permission"},
    ReadItem{"GET /api, /apis", "which kinds there are", "2 requests and one an API group"},
    ReadItem{"list of every kind of the role below", "resources, changes, topology",
             "500 objects a page from the server's cache, 20,000 objects and 32 MiB a kind, 48 MiB "
             "in all; 4 requests at a time, 30 a second"},
    ReadItem{"list events", "events, changes", "as above"},
    ReadItem{"list of what others define (Gateway API, Argo, cert-manager, KEDA, VPA, Flux, OLM, "
             "Knative)",
             "resources, changes", "only where discovery finds them; doctor's role has them then"},
    ReadItem{"list of what `customKinds` names",
             "resources, changes; what says of itself that it is not well becomes a finding",
             "as above, within the same budget; version and scope by discovery"},
    ReadItem{"get pods/log", "logs, now and of the run before a restart",
             "40 pods, 20,000 lines, sliced around the window"},
    ReadItem{"list metrics.k8s.io pods, nodes", "series of CPU and memory",
             "one list; every sample interval while serving"},
    ReadItem{"list resourcequotas", "series of what quotas allow and what is used of them",
             "one list; every sample interval while serving"},
};

kubernetes::Options options_of(const config::Instance& instance) {
    kubernetes::Options out;
    out.cluster = instance.text("cluster");
    out.spaces = instance.text_list("namespaces");
    // For other sources `namespace` is only a label; here it is also what to read.
    if (const auto space = instance.text("namespace"); out.spaces.empty() && !space.empty())
        out.spaces = {space};
    out.kinds = instance.text_list("kinds");
    if (auto custom = kubernetes::custom_kinds(instance.text_list("customKinds")))
        out.custom = std::move(*custom);  // `open` has said what is wrong
    out.logs = instance.flag("logs");
    out.config_values = instance.flag("configMapValues");
    const auto limit = [&](const char* key, std::size_t& into) {
        if (const auto value = instance.count(key); value > 0)
            into = static_cast<std::size_t>(value);
    };
    limit("maxObjects", out.objects);
    limit("logPods", out.log_limits.pods);
    limit("logLines", out.log_limits.lines);
    return out;
}

std::string rights(const config::Instance& instance) {
    const kubernetes::Options options = options_of(instance);
    insight::kubernetes::RoleWish wish;
    wish.spaces = options.spaces;
    return role_yaml(kubernetes::permissions(options, nullptr), wish);
}

class Kubernetes final : public Source {
  public:
    Kubernetes(const config::Instance& instance, const Surroundings& around,
               insight::kubernetes::Access access)
        : options_(options_of(instance)),
          around_(around),
          client_(instance.name(), std::move(access), around.transport, around.clock,
                  instance.duration("timeout")) {}

    model::Signals collect(const Request& request) override {
        const base::Nanos begin = request.window.baseline_start > 0 ? request.window.baseline_start
                                                                    : request.window.start;
        return kubernetes::Collection(client_, options_, request,
                                      around_.samples(begin, request.window.end), around_.clock)
            .run();
    }

    // Usage is a value of the moment: kept, the samples become the curves of the next incident.
    base::Result<Json> sample(base::Deadline deadline) override {
        auto usage = kubernetes::read_usage(client_, options_.spaces,
                                            kubernetes::kSampledContainers, deadline);
        if (!usage && usage.error().kind != base::ErrorKind::NotFound &&
            usage.error().kind != base::ErrorKind::Denied)
            return usage;
        Json out = usage ? std::move(*usage) : Json::object();  // not there, or not ours
        // A right of its own: without it the usage is worth keeping all the same.
        if (auto quotas = kubernetes::read_quotas(client_, options_.spaces, deadline);
            quotas && !quotas->empty())
            out["quotas"] = std::move(*quotas);
        return out;
    }

    std::vector<Probe> probe(base::Deadline deadline) override {
        return kubernetes::examine(client_, options_, around_.clock, deadline);
    }

  private:
    kubernetes::Options options_;
    Surroundings around_;
    insight::kubernetes::Client client_;
};

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    // Namespaces become part of request paths.
    for (const std::string& space : options_of(instance).spaces)
        if (!insight::kubernetes::is_path_safe(space))
            return base::fail(base::ErrorKind::Invalid,
                              fmt::format("'{}' is no namespace", base::shorten(space, 80)));
    if (auto known = kubernetes::known_kinds(instance.text_list("kinds")); !known)
        return base::fail(std::move(known.error()));
    if (auto custom = kubernetes::custom_kinds(instance.text_list("customKinds")); !custom)
        return base::fail(std::move(custom.error()));
    insight::kubernetes::Wanted wanted;
    wanted.kubeconfig = instance.text("kubeconfig");
    wanted.context = instance.text("context");
    wanted.environment = [](const std::string& name) -> std::optional<std::string> {
        // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this process sets variables
        const char* value = std::getenv(name.c_str());
        if (value == nullptr) return std::nullopt;
        return value;
    };
    auto access = insight::kubernetes::find_access(wanted);
    if (!access) return base::fail(std::move(access.error()));
    return std::make_unique<Kubernetes>(instance, around, std::move(*access));
}

}  // namespace
}  // namespace insight::collectors::kubernetes

namespace insight::collectors {

extern const Descriptor kKubernetes;
constinit const Descriptor kKubernetes{
    "kubernetes",
    "kubernetes",
    "Kubernetes: objects, events, container logs, usage, rollouts, topology",
    kubernetes::kFields,
    &kubernetes::open,
    kubernetes::kReads,
    &kubernetes::rights,
    "kube-apiserver 1.37 with etcd, controllers and scheduler; the kubelet (logs, usage) is "
    "imitated. Only imitated, by the documented API: what 1.20 serves otherwise. Never met: "
    "managed offerings."};

}  // namespace insight::collectors
