// Pods that the API server does not let in: from the words of the controllers that tried (condition
// ReplicaFailure, events FailedCreate). The sentences are those of the admission plug-ins.
#include <fmt/format.h>

#include <array>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct Rejection {
    std::string_view sign, cause_class;
    Level level;
    std::string_view words, check, advice;
};

// Words of several plug-ins overlap ("exceeded quota" also names the namespace), so the special
// ones stand first. In order: the first sign that is found decides.
constexpr std::array kRejections{
    Rejection{"exceeded quota", "quota_exceeded", Level::Config, "the namespace's quota is used up",
              "If the quota has room now, the controller will make the pods at its next try.",
              "Raise the quota, or lower what the namespace asks for."},
    Rejection{"failed quota", "quota_needs_limits", Level::Config,
              "a quota demands requests or limits that the pod does not set",
              "If a LimitRange sets them by default, the pod comes from before it.",
              "Set the requests and limits that the quota names."},
    Rejection{"service account", "missing_service_account", Level::Config,
              "its service account does not exist",
              "If the account exists now, the controller will make the pods at its next try.",
              "Create the service account, or correct its name in the workload."},
    Rejection{"serviceaccount", "missing_service_account", Level::Config,
              "its service account does not exist",
              "If the account exists now, the controller will make the pods at its next try.",
              "Create the service account, or correct its name in the workload."},
    Rejection{
        "maximum ", "limit_range_rejection", Level::Config,
        "a limit range forbids as much as it asks for",
        "If the limit range allows it now, the controller will make the pods at its next try.",
        "Bring requests and limits within the namespace's LimitRange."},
    Rejection{
        "minimum ", "limit_range_rejection", Level::Config,
        "a limit range forbids as little as it asks for",
        "If the limit range allows it now, the controller will make the pods at its next try.",
        "Bring requests and limits within the namespace's LimitRange."},
    Rejection{
        "max limit to request ratio ", "limit_range_rejection", Level::Config,
        "a limit range forbids limits so far above the requests",
        "If the limit range allows it now, the controller will make the pods at its next try.",
        "Bring requests and limits within the namespace's LimitRange."},
    Rejection{"violates PodSecurity", "pod_security_rejection", Level::Config,
              "the namespace's pod security level forbids it",
              "If the namespace's level was lowered since, the controller will make the pods.",
              "Set the security context that the level demands."},
    Rejection{"unable to validate against any pod security policy", "pod_security_rejection",
              Level::Config, "no pod security policy allows it",
              "If a policy allows it now, the controller will make the pods.",
              "Set the security context that a policy allows."},
    Rejection{"failed calling webhook", "webhook_unavailable", Level::Infrastructure,
              "an admission webhook does not answer",
              "If the webhook answers now, the controller will make the pods at its next try.",
              "Repair the webhook's service first; nothing can be created until then."},
    Rejection{"admission webhook", "admission_denied", Level::Config,
              "an admission webhook refuses it",
              "If the same pod is let in by hand, the webhook changed its mind.",
              "Read the webhook's reason; correct the workload or the policy."},
    Rejection{"PriorityClass", "missing_priority_class", Level::Config,
              "its priority class does not exist",
              "If the class exists now, the controller will make the pods at its next try.",
              "Create the priority class, or correct its name."},
    Rejection{"is invalid", "pod_invalid", Level::Config, "its specification is not valid",
              "If the same template is accepted by a dry run, the API server was changed.",
              "Correct the field that the message names."},
    Rejection{"namespace", "namespace_terminating", Level::Config, "its namespace is being deleted",
              "If the namespace is Active, look at the API server.",
              "Find out who deletes the namespace."},
};

// "service account" must be the object that is not found, not one that lacks a right.
bool fits(const Rejection& refusal, std::string_view message) {
    if (message.find(refusal.sign) == std::string_view::npos) return false;
    if (refusal.cause_class == "missing_service_account")
        return message.find("not found") != std::string_view::npos;
    // "maximum cpu usage per Container is 1, but limit is 2", "cpu max limit to request ratio per
    // Container is 4, but provided ratio is 20"
    if (refusal.cause_class == "limit_range_rejection")
        return message.find(" usage per ") != std::string_view::npos ||
               message.find(" ratio per ") != std::string_view::npos;
    if (refusal.cause_class == "namespace_terminating")
        return message.find("being terminated") != std::string_view::npos;
    return true;
}

std::string name_after(std::string_view message, std::string_view word) {
    const auto at_word = message.find(word);
    if (at_word == std::string_view::npos) return {};
    const std::string_view rest = message.substr(at_word + word.size());
    return std::string(rest.substr(0, rest.find_first_of(" ,\"")));
}

void refused_by_server(Look& look, const Object& subject, std::string_view message,
                       std::optional<Nanos> since, const Event* event) {
    const auto refusal = std::find_if(kRejections.begin(), kRejections.end(),
                                      [&](const Rejection& r) { return fits(r, message); });
    const bool known = refusal != kRejections.end();
    Note& note =
        look.add(subject, known ? std::string(refusal->cause_class) : "pod_creation_failed",
                 known ? refusal->level : Level::Config, kBroken)
            .says(fmt::format("{} cannot make its pods: {}: {}", label_of(subject),
                              known ? refusal->words : "the API server refuses them",
                              in_quotes(message)))
            .since(since)
            .cite(subject, {{"replicas", count(subject.status(), "replicas")},
                            {"wanted", at(subject.spec(), "replicas")},
                            {"message", plain(message)}})
            .overturned(known ? std::string(refusal->check)
                              : "If the same pod is accepted by hand, the refusal has passed.",
                        describe_command(subject))
            .advise(known ? std::string(refusal->advice) : "Read what the API server refuses.",
                    describe_command(subject));
    if (event != nullptr) note.cite(*event);
    if (!known) return;
    if (refusal->cause_class == "quota_exceeded")
        note.after(look.cluster.find("ResourceQuota", subject.space,
                                     name_after(message, "exceeded quota: ")));
    if (refusal->cause_class == "webhook_unavailable")
        for (const char* kind : {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
            for (const Object* hooks : look.cluster.all(kind))
                for (const Json& hook : list(*hooks->json, "webhooks"))
                    if (!text(hook, "name").empty() &&
                        message.find(text(hook, "name")) != std::string_view::npos)
                        note.after(hooks);
    if (refusal->cause_class == "namespace_terminating")
        note.after(look.cluster.find("Namespace", "", subject.space));
}

// As many pods as wanted: what once failed has been made up for.
bool has_its_pods(const Object& object) {
    if (object.kind == "DaemonSet") {
        const std::int64_t desired = count(object.status(), "desiredNumberScheduled");
        return desired > 0 && count(object.status(), "currentNumberScheduled") >= desired;
    }
    if (object.kind == "Job")
        return count(object.status(), "active") + count(object.status(), "succeeded") > 0;
    return at(object.status(), "replicas").is_number() && count(object.status(), "replicas") > 0 &&
           count(object.status(), "replicas") >= whole(at(object.spec(), "replicas"), 1);
}

}  // namespace

void rejections(Look& look) {
    for (const char* kind :
         {"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job"})
        for (const Object* object : look.cluster.all(kind)) {
            if (at(object->spec(), "replicas").is_number() &&
                count(object->spec(), "replicas") == 0)
                continue;  // scaled down on purpose, or an old revision
            // The condition goes when the controller succeeds. An event only says what was tried,
            // and needs the count of pods to tell whether it still holds; stateful sets, daemon
            // sets and jobs have nothing else.
            const Json& failure = condition(*object, "ReplicaFailure");
            const Event* event = look.cluster.newest(*object, {"FailedCreate", "SuccessfulCreate"});
            const bool made_up = event != nullptr && event->reason == "SuccessfulCreate";
            if (made_up) event = nullptr;
            if (text(failure, "status") == "True" && text(failure, "reason") == "FailedCreate")
                refused_by_server(look, *object, text(failure, "message"),
                                  time_at(failure, "lastTransitionTime"), event);
            else if (event != nullptr && !has_its_pods(*object))
                refused_by_server(look, *object, event->message, event->first, event);
        }
}

}  // namespace insight::analysis::kubernetes
