#include <array>

#include "analysis/databases/rules.h"

namespace insight::analysis::databases {

std::span<const Rule> rules_for(std::string_view system) {
    static constexpr std::array<Rule, 5> kPostgresql{
        blocking_tree, connection_saturation, long_transactions, lost_index, slower_statements};
    static constexpr std::array<Rule, 2> kRedis{memory_eviction, client_saturation};
    if (system == "postgresql") return kPostgresql;
    if (system == "redis") return kRedis;
    return {};
}

void find_clues(const Sight& sight, Detection& into) {
    const std::vector<Instance> instances = instances_of(sight.signals.databases);
    for (const Instance& instance : instances) {
        Context context{instance, sight.incident.window, sight.signals.changes, into.evidence,
                        into.findings};
        for (const Rule rule : rules_for(instance.system())) rule(context);
    }
    if (!instances.empty()) into.examined["databases"] = instances.size();
}

}  // namespace insight::analysis::databases
