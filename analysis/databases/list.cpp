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

}  // namespace insight::analysis::databases
