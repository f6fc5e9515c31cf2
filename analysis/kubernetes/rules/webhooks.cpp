// Admission webhooks that nobody answers. With failurePolicy Fail (the default) they stop every
// request that they match.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {
namespace {

using model::Level;

struct Hook {
    const Object& configuration;
    std::string name, service;
    bool fails = true;
    const Json& json;
};

Note& unanswered(Look& look, const Hook& hook, const std::string& why) {
    Note& note =
        look.add(hook.configuration, "webhook_unavailable", Level::Infrastructure,
                 hook.fails ? kFault : kSuspect)
            .says(fmt::format("Webhook {} of {} cannot be answered: {}{}", hook.name,
                              label_of(hook.configuration), why,
                              hook.fails ? "; requests that it matches are refused."
                                         : "; its failures are ignored."))
            .concerns(hook.name)
            .cite(hook.configuration, {{"webhook", hook.name},
                                       {"service", hook.service},
                                       {"failurePolicy", hook.fails ? "Fail" : "Ignore"}})
            .overturned("If objects that it matches are created without complaint, it is answered.",
                        get_command(hook.configuration))
            .advise(
                "Bring the webhook's pods back; taking its configuration away lets everything in "
                "unchecked.",
                get_command(hook.configuration));
    return note;
}

void check(Look& look, const Hook& hook) {
    const Json& reference = at(hook.json, "clientConfig", "service");
    const std::string_view name = text(reference, "name");
    const std::string_view space = text(reference, "namespace");
    if (name.empty()) return;  // an address outside of the cluster
    const Object* service = look.cluster.find("Service", space, name);
    if (service == nullptr) {
        if (look.cluster.absence("Service", space) == Absence::Unknown) return;
        unanswered(look, hook, fmt::format("service {} does not exist", hook.service));
        return;
    }
    const Json& selector = map(service->spec(), "selector");
    if (selector.empty() || look.cluster.absence("Pod", space) == Absence::Unknown) return;
    const Objects pods = look.cluster.pods_selected(space, Selector::of_map(selector));
    if (pods.empty()) {
        unanswered(look, hook, fmt::format("service {} has no pods", hook.service))
            .after(service)
            .cite(*service, {{"pods", 0}});
        return;
    }
    const Object* down = nullptr;
    for (const Object* pod : pods) {
        if (text(pod->status(), "phase") == "Running") return;
        down = pod;
    }
    const std::string_view phase = text(down->status(), "phase");
    Note& note =
        unanswered(look, hook,
                   fmt::format("none of the pods of service {} runs (pod {} is {})", hook.service,
                               path_of(*down), phase.empty() ? "in no phase" : plain(phase)))
            .cite(*down, {{"phase", plain(phase)}});
    for (const Object* pod : pods) note.after(pod);
}

}  // namespace

void webhooks(Look& look) {
    for (const char* kind : {"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"})
        for (const Object* configuration : look.cluster.all(kind))
            for (const Json& entry : list(*configuration->json, "webhooks")) {
                const Json& service = at(entry, "clientConfig", "service");
                check(look, {*configuration, plain(text(entry, "name")),
                             fmt::format("{}/{}", plain(text(service, "namespace")),
                                         plain(text(service, "name"))),
                             text(entry, "failurePolicy") != "Ignore", entry});
            }
}

}  // namespace insight::analysis::kubernetes
