// Disruption budgets that allow no disruption: node drains and upgrades will hang.
#include <fmt/format.h>

#include "analysis/kubernetes/container.h"

namespace insight::analysis::kubernetes {

using model::Level;

void budgets(Look& look) {
    for (const Object* budget : look.cluster.all("PodDisruptionBudget")) {
        const Json& allowed = condition(*budget, "DisruptionAllowed");
        const Json& selector_json = at(budget->spec(), "selector");
        const Selector selector = Selector::of(selector_json);
        if (text(allowed, "status") != "False" || selector.empty()) continue;
        // An eviction that it refused is what turns the setting into a fault.
        const Event* refused = nullptr;
        for (const Event* event : look.cluster.events_of(*budget))
            if (event->warning()) refused = event;
        const std::int64_t healthy = count(budget->status(), "currentHealthy");
        const std::int64_t wanted = count(budget->status(), "desiredHealthy");
        const bool short_of = healthy < wanted;
        Note& note =
            look.add(*budget, "disruption_not_allowed", Level::Config,
                     refused != nullptr ? kSuspect : kHint)
                .says(fmt::format(
                    "Disruption budget {} allows no disruption{}{}: its pods ({}) cannot be "
                    "evicted, so nodes cannot be drained.",
                    path_of(*budget),
                    text(allowed, "reason").empty()
                        ? ""
                        : fmt::format(" ({})", plain(text(allowed, "reason"))),
                    wanted > 0 ? fmt::format(", {} of {} needed pods are healthy", healthy, wanted)
                               : "",
                    selector.words()))
                .since(time_at(allowed, "lastTransitionTime"))
                .cite(*budget, {{"DisruptionAllowed", "False"},
                                {"reason", plain(text(allowed, "reason"))},
                                {"selector", selector.words()},
                                {"currentHealthy", healthy},
                                {"desiredHealthy", wanted}})
                .overturned("If more pods become healthy, disruptions are allowed again.",
                            describe_command(*budget))
                .advise(short_of ? "Bring its pods back to health first."
                                 : "Run one pod more than the budget needs, or lower the budget.",
                        get_command(*budget));
        if (refused != nullptr) note.cite(*refused);
        if (short_of)
            for (const Object* pod : look.cluster.pods_selected(budget->space, selector))
                note.after(pod).after(look.cluster.owner(*pod));
    }
}

}  // namespace insight::analysis::kubernetes
