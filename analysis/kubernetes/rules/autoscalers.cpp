// Autoscalers that cannot scale, have nothing to scale, or have reached their ceiling. Being held
// at the minimum while idle is what a minimum is for.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

// Does every container say how much it asks for? Utilisation is a share of requests: without them
// there is nothing to divide by (HorizontalPodAutoscaler walkthrough).
std::string without_resources(const Object& target) {
    for (const Json* container : wanted_containers(target.pod_spec()))
        if (map(*container, "resources", "requests").empty() &&
            map(*container, "resources", "limits").empty())
            return plain(text(*container, "name"));
    return {};
}

bool uses_utilisation(const Object& autoscaler) {
    if (autoscaler.kind == "ScaledObject") {
        for (const Json& trigger : list(autoscaler.spec(), "triggers"))
            if (text(trigger, "type") == "cpu" || text(trigger, "type") == "memory") return true;
        return false;
    }
    const Json& metrics = list(autoscaler.spec(), "metrics");
    if (metrics.empty()) return true;  // the default is 80 % CPU
    for (const Json& metric : metrics)
        if (text(metric, "type") == "Resource" || text(metric, "type") == "ContainerResource")
            return true;
    return false;
}

void target(Look& look, const Object& autoscaler) {
    const Json& reference = at(autoscaler.spec(), "scaleTargetRef");
    const std::string_view kind_given = text(reference, "kind");
    const std::string_view kind =
        // KEDA's default (ScaledObject specification); of an HPA the kind is required.
        kind_given.empty() && autoscaler.kind == "ScaledObject" ? "Deployment" : kind_given;
    const std::string_view name = text(reference, "name");
    if (kind.empty() || name.empty()) {
        look.add(autoscaler, "autoscaler_without_target", Level::Config, kSuspect)
            .says(fmt::format("{} names nothing to scale.", label_of(autoscaler)))
            .concerns("target")
            .cite(autoscaler, {{"scaleTargetRef", base::dump_json(reference).substr(0, 200)}})
            .overturned("If its status shows replicas, the target was cut from what was collected.",
                        describe_command(autoscaler))
            .advise("Set scaleTargetRef.", get_command(autoscaler));
        return;
    }
    const std::string path =
        fmt::format("{} {}/{}", plain(kind), plain(autoscaler.space), plain(name));
    const Object* found = look.cluster.find(kind, autoscaler.space, name);
    static constexpr std::array<std::string_view, 4> kScalable{
        "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController"};
    if (found == nullptr) {
        const bool known = std::find(kScalable.begin(), kScalable.end(), kind) != kScalable.end();
        const Absence absence = look.cluster.absence(kind, autoscaler.space);
        // Anything with a scale subresource may be a target: of kinds that were never asked for,
        // nothing can be said.
        if (absence == Absence::Unknown || (!known && absence != Absence::Certain)) return;
        look.add(autoscaler, "missing_scale_target", Level::Config, kFault)
            .says(fmt::format("{} scales {}, which does not exist.", label_of(autoscaler), path))
            .concerns("target")
            .cite(autoscaler, {{"scaleTargetRef", path}})
            .overturned("If the target exists now, scaling goes on at the next sync.",
                        fmt::format("kubectl get {} {}{}", shell_word(kind), shell_word(name),
                                    space_flag(autoscaler)))
            .advise("Correct the reference, or remove the autoscaler.", get_command(autoscaler));
        return;
    }
    if (!uses_utilisation(autoscaler)) return;
    if (const std::string container = without_resources(*found); !container.empty())
        look.add(autoscaler, "autoscaler_without_requests", Level::Config, kSuspect)
            .says(fmt::format(
                "{} scales by utilisation, but container {} of {} sets no resource requests.",
                label_of(autoscaler), container, path))
            .concerns("target")
            .cite(autoscaler, {{"scaleTargetRef", path}})
            .cite(*found, {{"container", container}, {"resources", "none"}})
            .overturned(
                "If the autoscaler shows current utilisation, the metrics come from elsewhere.",
                describe_command(autoscaler))
            .advise("Set CPU and memory requests in the template.", get_command(*found));
}

void scaling_conditions(Look& look, const Object& autoscaler) {
    const std::string path = label_of(autoscaler);
    for (const Json& entry : list(autoscaler.status(), "conditions")) {
        const std::string_view type = text(entry, "type");
        const std::string_view status = text(entry, "status");
        const std::string_view reason = text(entry, "reason");
        const std::string_view message = text(entry, "message");
        const bool limited = type == "ScalingLimited" && status == "True";
        // ScalingDisabled is what somebody wants who scales the target to zero (HPA documentation).
        const bool broken = (type == "ScalingActive" || type == "AbleToScale" || type == "Ready") &&
                            status == "False" && reason != "ScalingDisabled";
        if (!limited && !broken) continue;
        const std::int64_t desired = count(autoscaler.status(), "desiredReplicas");
        const std::int64_t current = count(autoscaler.status(), "currentReplicas");
        const std::int64_t least = whole(at(autoscaler.spec(), "minReplicas"), 1);
        const std::int64_t most = count(autoscaler.spec(), "maxReplicas");
        Cells cells{{plain(type), plain(status)}, {"reason", plain(reason)},
                    {"message", plain(message)},  {"desiredReplicas", desired},
                    {"currentReplicas", current}, {"minReplicas", least},
                    {"maxReplicas", most}};
        const std::string says = ending(message);
        if (limited && reason == "TooFewReplicas") {
            if (desired == least || !look.check_up) continue;  // idle at its minimum
            look.notice(autoscaler, "autoscaler_at_minimum")
                .says(fmt::format("{} is held at its minimum ({}){}", path, plain(reason), says))
                .since(time_at(entry, "lastTransitionTime"))
                .cite(autoscaler, std::move(cells));
            continue;
        }
        if (limited) {
            const bool full = reason == "TooManyReplicas" && most > 0;
            look.add(autoscaler, "autoscaler_at_maximum", Level::Config,
                     full ? Weight{0.6, 0.4, 0.5, 3.5} : kSuspect)
                .says(full
                          ? fmt::format("{} is at its maximum of {} replicas and would have more{}",
                                        path, most, says)
                          : fmt::format("{} may not scale as it wants{}", path, says))
                .since(time_at(entry, "lastTransitionTime"))
                .concerns("limit")
                .cite(autoscaler, std::move(cells))
                .overturned("If the pods' load per replica is normal, the ceiling is high enough.",
                            describe_command(autoscaler))
                .advise("Find out what drives the load; raise maxReplicas if it is wanted.",
                        describe_command(autoscaler));
            look.notes.back().aspect = Aspect::Saturation;
            continue;
        }
        Note& note =
            look.add(autoscaler, "autoscaler_inactive",
                     reason.starts_with("FailedGet") ? Level::Dependency : Level::Config, kFault)
                .says(fmt::format("{} does not scale ({}={}{}){}", path, plain(type), plain(status),
                                  reason.empty() ? "" : ", " + plain(reason), says))
                .since(time_at(entry, "lastTransitionTime"))
                .concerns(std::string(type))
                .cite(autoscaler, std::move(cells))
                .overturned("If it shows current metrics now, they were only late.",
                            describe_command(autoscaler))
                .advise(reason.starts_with("FailedGet")
                            ? "Check the metrics API and the pods' resource requests."
                            : "Read what stops it.",
                        "kubectl get apiservices");
        // Metrics come through an aggregated API: where one of these is down, this follows from it.
        for (const Object* service : look.cluster.all("APIService")) note.after(service);
    }
}

}  // namespace

void autoscalers(Look& look) {
    for (const char* kind : {"HorizontalPodAutoscaler", "ScaledObject"})
        for (const Object* autoscaler : look.cluster.all(kind)) {
            target(look, *autoscaler);
            scaling_conditions(look, *autoscaler);
        }
}

}  // namespace insight::analysis::kubernetes
