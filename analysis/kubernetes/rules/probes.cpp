// Probes that fail now, and probes that ask where nobody listens.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

constexpr Nanos kProbeQuiet = 10 * base::kMinute;

struct Probe {
    std::string_view key, name, cause_class, words;
};

constexpr std::array kProbes{
    Probe{"livenessProbe", "liveness", "liveness_failing", "fails its liveness probe"},
    Probe{"startupProbe", "startup", "startup_failing", "has not started"},
    Probe{"readinessProbe", "readiness", "readiness_failing", "is not ready"}};

// "Readiness probe failed: HTTP probe failed with statuscode: 503"
const Probe& probe_of(std::string_view message) {
    if (message.starts_with("Liveness")) return kProbes[0];
    if (message.starts_with("Startup")) return kProbes[1];
    return kProbes[2];
}

// A pod may be ready while its liveness probe fails, until it is killed for that. The kubelet tells
// of failures only: it passes again where none followed for long, or where the container is new.
bool lives_again(const Look& look, const Object& pod, const Event& event) {
    if (!event.last || !look.younger(event.last, kProbeQuiet)) return true;
    const std::vector<Container> all = containers_of(pod);
    return std::any_of(all.begin(), all.end(), [&](const Container& container) {
        const auto started = time_at(at(*container.status, "state", "running"), "startedAt");
        return (event.container.empty() || container.name == event.container) && started &&
               *started >= *event.last;
    });
}

bool connection_refused(std::string_view message) {
    return message.find("connection refused") != std::string_view::npos ||
           message.find("no such host") != std::string_view::npos;
}

struct Mismatch {
    std::string asked;     // the probe's port as written
    std::string declared;  // "8080, 9090 (metrics)"
    bool named = false;    // the probe names a port that no container has
};

// The probe's port against the ports of its own container. Declared ports are only documentation,
// so a number that differs is a hint; a name that nobody declares can never be resolved.
std::optional<Mismatch> mismatch_of(const Json& container, std::string_view probe_key) {
    const Json& probe = at(container, probe_key);
    for (const char* action : {"httpGet", "tcpSocket", "grpc"}) {
        const Json& port = at(probe, action, "port");
        if (!port.is_string() && !port.is_number_integer()) continue;
        Mismatch mismatch;
        mismatch.named =
            port.is_string() && !text(at(probe, action), "port").empty() &&
            std::isdigit(static_cast<unsigned char>(port.get_ref<const std::string&>()[0])) == 0;
        mismatch.asked = port.is_string() ? plain(port.get_ref<const std::string&>())
                                          : std::to_string(port.get<std::int64_t>());
        bool met = false;
        for (const Json& entry : list(container, "ports")) {
            const std::string number = std::to_string(count(entry, "containerPort"));
            const std::string name = plain(text(entry, "name"));
            met = met || mismatch.asked == number || (!name.empty() && mismatch.asked == name);
            mismatch.declared += (mismatch.declared.empty() ? "" : ", ") + number +
                                 (name.empty() ? "" : fmt::format(" ({})", name));
        }
        if (met || (!mismatch.named && mismatch.declared.empty())) return std::nullopt;
        return mismatch;
    }
    return std::nullopt;
}

const Json& wanted_of(const Object& pod, std::string_view container) {
    static const Json kNull;
    const std::vector<const Json*> all = wanted_containers(pod.spec());
    for (const Json* wanted : all)
        if (text(*wanted, "name") == container || (container.empty() && all.size() == 1))
            return *wanted;
    return kNull;
}

void failing(Look& look, const Object& pod, const Event& event, bool healthy) {
    const Probe& probe = probe_of(event.message);
    const std::string_view kind = probe.key;
    const Json& wanted = wanted_of(pod, event.container);
    const std::string container =
        plain(event.container.empty() ? text(wanted, "name") : std::string_view(event.container));
    const std::optional<Mismatch> mismatch = mismatch_of(wanted, kind);
    const bool wrong_port = mismatch && (mismatch->named || connection_refused(event.message));
    std::string statement =
        fmt::format("Pod {}{} {}: {}", path_of(pod),
                    container.empty() ? "" : fmt::format(" (container {})", container), probe.words,
                    in_quotes(event.message));
    if (healthy)
        statement = fmt::format("Pod {} is well again; a probe had failed: {}", path_of(pod),
                                in_quotes(event.message));
    if (wrong_port)
        statement +=
            fmt::format("; its {} asks port {}, the container declares {}", kind, mismatch->asked,
                        mismatch->declared.empty() ? "none" : mismatch->declared);
    // A probe that fails says that it hurts, not why.
    look.add(pod, wrong_port ? "probe_port_mismatch" : std::string(probe.cause_class),
             wrong_port ? Level::Config : Level::Code,
             wrong_port ? kBroken : Weight{0.7, 0.7, 0.55, 4})
        .says(statement)
        .since(event.first)
        .over(healthy)
        .concerns(container)
        .cite(event)
        .cite(pod, {{"container", container},
                    {"probe", std::string(kind)},
                    {"probe settings", base::dump_json(at(wanted, kind)).substr(0, 300)},
                    {"probe port", mismatch ? Json(mismatch->asked) : Json()},
                    {"declared ports", mismatch ? Json(mismatch->declared) : Json()}})
        .after(look.cluster.find("Node", "", text(pod.spec(), "nodeName")))
        .overturned(wrong_port ? "If the process listens on the probe's port, the port is right."
                               : "If it answers the probe at once when asked by hand, the probe's "
                                 "time limit or the network is at fault.",
                    logs_command(pod, container, false))
        .advise(wrong_port ? "Let the probe ask the port on which the container listens."
                           : fmt::format("See why the container answers its {} probe this way.",
                                         probe.name),
                wrong_port ? get_command(pod) : logs_command(pod, container, false));
}

// Nobody complained yet, but a name that is declared nowhere cannot work.
void unresolved(Look& look, const Object& pod) {
    for (const Json* wanted : wanted_containers(pod.spec()))
        for (const char* kind : {"readinessProbe", "livenessProbe", "startupProbe"}) {
            const std::optional<Mismatch> mismatch = mismatch_of(*wanted, kind);
            if (!mismatch || !mismatch->named) continue;
            look.add(pod, "probe_port_mismatch", Level::Config, kFault)
                .says(fmt::format(
                    "The {} of container {} in pod {} asks a port named {}, which "
                    "the container does not declare{}.",
                    kind, plain(text(*wanted, "name")), path_of(pod), mismatch->asked,
                    mismatch->declared.empty() ? "" : " (it has " + mismatch->declared + ")"))
                .concerns(std::string(text(*wanted, "name")))
                .cite(pod, {{"container", plain(text(*wanted, "name"))},
                            {"probe", kind},
                            {"probe port", mismatch->asked},
                            {"declared ports", mismatch->declared}})
                .overturned("If the pod is ready, the probe does resolve its port.",
                            get_command(pod))
                .advise("Name the port in the container or write its number in the probe.",
                        get_command(pod));
            return;
        }
}

}  // namespace

void probes(Look& look) {
    for (const Object* pod : look.cluster.all("Pod")) {
        if (has_ended(*pod) || pod->deleted()) continue;
        const bool healthy = is_ready(*pod);
        // A warning is a probe that passed (its answer was a redirect elsewhere): newer than a
        // failure, it ends it.
        const Event* event = look.cluster.newest(*pod, {"Unhealthy", "ProbeWarning"});
        if (event != nullptr && event->reason == "Unhealthy") {
            if (!healthy && text(pod->status(), "phase") != "Running" &&
                !text(pod->status(), "phase").empty())
                continue;
            // A liveness probe that kills is told with the crash.
            bool crashing = false;
            for (const Container& container : containers_of(*pod))
                crashing = crashing || container.waiting().is_object();
            if (crashing) continue;
            if (!healthy && text(condition(*pod, "Ready"), "status").empty() &&
                list(pod->status(), "containerStatuses").empty())
                continue;
            failing(look, *pod, *event,
                    healthy && (!event->message.starts_with("Liveness") ||
                                lives_again(look, *pod, *event)));
            continue;
        }
        if (!healthy) unresolved(look, *pod);
    }
}

}  // namespace insight::analysis::kubernetes
