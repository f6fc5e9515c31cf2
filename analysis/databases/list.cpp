#include <algorithm>
#include <array>

#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/entity.h"

namespace insight::analysis::databases {

std::span<const Rule> rules_for(std::string_view system) {
    static constexpr std::array<Rule, 16> kPostgresql{
        stops_answering,      blocking_tree,     connection_saturation,    long_transactions,
        lost_index,           slower_statements, heavy_statement,          crash_recovery,
        failing_transactions, deadlocks,         commits_wait_for_standby, replica_lags,
        standby_stands_still, slot_retains_wal,  archiver_fails,           wraparound_near};
    static constexpr std::array<Rule, 9> kRedis{
        stops_answering, memory_eviction,    client_saturation,  heavy_command, flushed,
        save_fails,      replication_broken, redis_replica_lags, cluster_down};
    static constexpr std::array<Rule, 8> kNeo4j{
        stops_answering, neo4j_blocking, neo4j_lost_index, neo4j_long_queries,
        neo4j_databases, neo4j_indexes,  neo4j_memory,     neo4j_page_cache};
    if (system == "neo4j") return kNeo4j;
    static constexpr std::array<Rule, 7> kElasticsearch{
        stops_answering, unassigned_shards, disk_watermark, pool_rejections,
        breaker_trips,   slow_tasks,        error_lines};
    if (system == "elasticsearch") return kElasticsearch;
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
        if (is_data_store(instance.system()))
            into.clients[instance.name()] = users_of(instance, into.evidence);
    }
    const auto stores = std::count_if(instances.begin(), instances.end(), [](const Instance& one) {
        return is_data_store(one.system());
    });
    if (stores > 0) into.examined["databases"] = static_cast<std::size_t>(stores);
}

}  // namespace insight::analysis::databases
