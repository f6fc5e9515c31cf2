// Kubernetes 1.20 and newer: objects, events, container logs, usage, changes and topology. What is
// read: kubernetes/kinds.cpp; never Secrets. Needs get and list only; `doctor` prints the role.
#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "collectors/collector.h"
#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/kubernetes/collection.h"
#include "collectors/kubernetes/quotas.h"
#include "collectors/kubernetes/side_by_side.h"
#include "collectors/kubernetes/usage.h"
#include "core/base/text.h"
#include "core/kubernetes/access_review.h"
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
    if (const auto space = instance.text("namespace"); out.spaces.empty() && !space.empty())
        out.spaces = {space};
    out.kinds = instance.text_list("kinds");
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

// Every permission that an incident would use; without a catalog, of the kinds every cluster has.
std::vector<Target> permissions(const kubernetes::Options& options,
                                const insight::kubernetes::Catalog* catalog) {
    std::vector<Target> out;
    for (const kubernetes::Kind* kind : kubernetes::enabled(options))
        for (Target& target : kubernetes::targets(*kind, catalog, options.spaces))
            out.push_back(std::move(target));
    for (const Target& extra : kubernetes::extra_permissions(options.logs)) {
        if (options.spaces.empty() || !extra.namespaced)
            out.push_back(extra);
        else
            for (const std::string& space : options.spaces) {
                out.push_back(extra);
                out.back().space = space;
            }
    }
    return out;
}

std::string rights(const config::Instance& instance) {
    const kubernetes::Options options = options_of(instance);
    insight::kubernetes::RoleWish wish;
    wish.spaces = options.spaces;
    return role_yaml(permissions(options, nullptr), wish);
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
        auto usage = kubernetes::read_usage(client_, options_.spaces, kSampledContainers, deadline);
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
        std::vector<Probe> out;
        const std::string& server = client_.access().server;
        const base::Nanos asked = around_.clock.now();
        const auto version = insight::kubernetes::version_of(client_, deadline);
        if (!version) {
            out.push_back(
                {"reach " + server, false, version.error().text(), version.error().message});
            return out;
        }
        out.push_back({"reach " + server, true,
                       fmt::format("version {}, by {}", version->text, client_.access().origin),
                       ""});
        probe_trust(deadline, out);
        probe_clock(*version, asked, out);
        if (probe_identity(deadline, out)) probe_rights(deadline, out);
        return out;
    }

  private:
    static constexpr std::size_t kSampledContainers = 2000;

    void probe_trust(base::Deadline deadline, std::vector<Probe>& out) const {
        const auto& access = client_.access();
        if (access.server.starts_with("http://"))
            out.push_back({"TLS", false, "the server is asked without TLS",
                           "use the https address of the API server"});
        else if (!access.tls.verify)
            out.push_back({"TLS", false,
                           "the certificate is not checked (insecure-skip-tls-verify)",
                           "put the cluster's authority into certificate-authority-data and "
                           "remove insecure-skip-tls-verify"});
        else
            out.push_back(
                transport_probe(access.server, access.tls, true, around_.clock, deadline));
    }

    void probe_clock(const insight::kubernetes::ServerVersion& version, base::Nanos asked,
                     std::vector<Probe>& out) const {
        if (version.clock == 0) return;
        // the header has whole seconds
        const double ours = (base::to_seconds(asked) + base::to_seconds(around_.clock.now())) / 2;
        out.push_back(clock_probe(base::to_seconds(version.clock) + 0.5 - ours, 2.5));
    }

    bool probe_identity(base::Deadline deadline, std::vector<Probe>& out) {
        auto user = insight::kubernetes::who_are_we(client_, deadline);
        if (!user) {
            // 403: anonymous, or a server that forbids the review; 401: not known at all
            out.push_back({"authenticate", false, user.error().text(), user.error().message});
            return user.error().message.find("401") == std::string::npos;
        }
        user_ = std::move(*user);
        const bool anonymous = user_ == "system:anonymous";
        out.push_back(
            {"authenticate", !anonymous,
             user_.empty() ? "accepted (this server cannot say who we are)" : "as " + user_,
             anonymous ? "the kubeconfig gives no credentials: add a token, client "
                         "certificate or exec plug-in"
                       : ""});
        return true;
    }

    // As the server itself judges them.
    void probe_rights(base::Deadline deadline, std::vector<Probe>& out) {
        const auto list_of = kubernetes::enabled(options_);
        const auto wanted = [&](std::string_view group) {
            return std::any_of(list_of.begin(), list_of.end(),
                               [&](const kubernetes::Kind* kind) { return kind->group == group; });
        };
        const auto catalog = insight::kubernetes::discover(client_, wanted, deadline);
        const std::vector<Target> needed = permissions(options_, catalog ? &*catalog : nullptr);
        std::vector<int> verdicts(needed.size(), -1);  // -1: no answer
        kubernetes::side_by_side(needed.size(), 4, [&](std::size_t i) {
            if (const auto verdict = may_we(client_, needed[i], deadline))
                verdicts[i] = verdict->allowed ? 1 : 0;
        });
        std::vector<Target> missing;
        std::string words;
        std::size_t unknown = 0;
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (verdicts[i] < 0) ++unknown;
            if (verdicts[i] != 0) continue;
            missing.push_back(needed[i]);
            if (words.size() < 600)
                words += fmt::format("{}{} {}", words.empty() ? "" : "; ", needed[i].verb,
                                     words_of(needed[i]));
        }
        insight::kubernetes::RoleWish wish;
        wish.user = user_;
        wish.spaces = options_.spaces;
        if (unknown > 0)
            out.push_back({"permissions", false,
                           fmt::format("{} of {} could not be asked", unknown, needed.size()),
                           "look at the API server's log: SelfSubjectAccessReview must be "
                           "answered"});
        if (!missing.empty()) {
            out.push_back({"permissions", false, "missing: " + words,
                           "kubectl apply -f - with\n" + role_yaml(missing, wish)});
        } else if (unknown == 0) {
            out.push_back(
                {"permissions", true, fmt::format("all {} are there", needed.size()), ""});
        }
        out.push_back(
            {"least role", true, "all that is ever used:\n" + role_yaml(needed, wish), ""});
    }

    kubernetes::Options options_;
    Surroundings around_;
    insight::kubernetes::Client client_;
    std::string user_;
};

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    const auto invalid = [&](const std::string& what) {
        return base::fail(base::ErrorKind::Invalid,
                          fmt::format("collectors.kubernetes {}: {}", instance.name(), what));
    };
    for (const std::string& space : options_of(instance).spaces)
        if (!insight::kubernetes::is_path_safe(space))
            return invalid(fmt::format("'{}' is no namespace", base::shorten(space, 80)));
    for (const std::string& name : instance.text_list("kinds")) {
        const auto table = kubernetes::kinds();
        if (std::none_of(table.begin(), table.end(),
                         [&](const kubernetes::Kind& kind) { return is_named(kind, name); }))
            return invalid(fmt::format("'{}' is no resource it reads; see collectors/README.md",
                                       base::shorten(name, 80)));
    }
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
