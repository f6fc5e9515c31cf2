#include <array>

#include "analysis/kubernetes/rules.h"

namespace insight::analysis::kubernetes {

Note& Look::add(const Object& subject, std::string cause_class, model::Level level,
                const Weight& weight) {
    Note& note = notes.emplace_back();
    note.subject = &subject;
    note.cause_class = std::move(cause_class);
    note.level = level;
    note.weight = weight;
    return note;
}

Note& Look::notice(const Object& subject, std::string kind) {
    // Next to no surprise: it was so before as well.
    Note& note = add(subject, std::move(kind), model::Level::Config, Weight{0.1, 0, 0, 0.01});
    note.notice = true;
    note.aspect = Aspect::Other;
    return note;
}

std::span<const Rule> all_rules() {
    // Lower things first: some rules ask what those before them found. Scheduling looks for nodes
    // that are not well; slow starts, custom resources and warnings speak only of what nobody has
    // told.
    static constexpr std::array kRules{
        nodes,        control_plane, webhooks,         quotas,         volumes,      claims,
        rejections,   references,    images,           scheduling,     pods,         containers,
        probes,       workloads,     stateful_sets,    jobs,           cron_jobs,    services,
        ingresses,    gateways,      autoscalers,      budgets,        certificates, terminations,
        operators,    definitions,   network_policies, policy_reports, config_maps,  security,
        limit_ranges, slow_starts,   custom_resources, warnings};
    return kRules;
}

}  // namespace insight::analysis::kubernetes
