// Rules over the collected objects. Each looks at one subject and may add notes.
#pragma once

#include <span>

#include "analysis/kubernetes/note.h"

namespace insight::analysis::kubernetes {

struct Look {
    const Cluster& cluster;
    const model::Window& window;
    bool check_up = false;  // a scan or question: also what is merely untidy
    std::vector<Note> notes;

    [[nodiscard]] Nanos now() const { return window.end; }
    // Time since then; nothing when one of them is not known.
    [[nodiscard]] std::optional<Nanos> age(std::optional<Nanos> time) const {
        if (!time || window.end == 0 || *time > window.end) return std::nullopt;
        return window.end - *time;
    }
    // Certainly younger than `length`: too early to judge.
    [[nodiscard]] bool younger(std::optional<Nanos> time, Nanos length) const {
        if (!time || window.end == 0) return false;
        return *time > window.end || window.end - *time < length;
    }

    // A note stays valid until the next one is added.
    Note& add(const Object& subject, std::string cause_class, model::Level level,
              const Weight& weight);
    Note& notice(const Object& subject, std::string kind);
};

using Rule = void (*)(Look&);

// In a fixed order.
std::span<const Rule> all_rules();

void pods(Look& look);         // evicted, gated, failed, not ready for long
void slow_starts(Look& look);  // on a node for long, not started, and nobody says why
void containers(Look& look);   // crash loops, memory kills, starts that fail
void probes(Look& look);       // failing probes, probes that ask at the wrong port
void images(Look& look);       // images that cannot be had, and why
void scheduling(Look& look);   // pods that no node takes, and why
void references(Look& look);   // config maps, keys, secrets, accounts and volumes that are missing
void workloads(Look& look);    // deployments, replica sets, daemon sets
void stateful_sets(Look& look);  // governing service, claims, every ordinal
void rejections(Look& look);     // pods that admission refuses: quota, limits, accounts, webhooks
void services(Look& look);       // services without endpoints, ports that do not meet
void ingresses(Look& look);      // class, backends, TLS secrets
void gateways(Look& look);       // Gateway API
void claims(Look& look);         // persistent volume claims
void volumes(Look& look);        // persistent volumes and storage classes
void autoscalers(Look& look);    // HorizontalPodAutoscaler, ScaledObject
void budgets(Look& look);        // PodDisruptionBudget
void quotas(Look& look);         // ResourceQuota close to or at its limit
void limit_ranges(Look& look);   // workloads whose next pod a LimitRange refuses
void nodes(Look& look);          // conditions and pressure
void control_plane(Look& look);  // components, leases, aggregated APIs
void webhooks(Look& look);       // admission webhooks that nobody answers
void jobs(Look& look);           // failed for good
void cron_jobs(Look& look);      // schedules that never run
void network_policies(Look& look);  // policies that select nobody or everybody
void policy_reports(Look& look);    // what policy engines reported
void config_maps(Look& look);       // unused, empty, too large
void certificates(Look& look);      // ended or about to
void terminations(Look& look);      // what cannot be deleted
void operators(Look& look);         // Operator Lifecycle Manager
void definitions(Look& look);       // custom resource definitions
void custom_resources(Look& look);  // of other projects, that say themselves they are not well
void security(Look& look);          // more rights than needed
void warnings(Look& look);          // warning events that no other rule explains; comes last

}  // namespace insight::analysis::kubernetes
