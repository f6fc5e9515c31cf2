#include "analysis/entity.h"

#include <array>

#include "core/base/text.h"

namespace insight::analysis {
namespace {

struct Key {
    const char* label;
    const char* kind;
};

constexpr std::array kKeys{Key{"service.name", "service"},
                           Key{"service", "service"},
                           Key{"app", "service"},
                           Key{"k8s.pod.name", "pod"},
                           Key{"pod", "pod"},
                           Key{"k8s.node.name", "node"},
                           Key{"node", "node"},
                           Key{"host.name", "node"},
                           Key{"instance", "service"},
                           Key{"job", "service"}};

// Metrics of a machine carry the exporter's service beside the machine's name.
constexpr std::array kNodeKeys{Key{"k8s.node.name", "node"}, Key{"node", "node"},
                               Key{"nodename", "node"}, Key{"host.name", "node"},
                               Key{"instance", "node"}};

bool of_a_node(std::string_view metric_name) {
    return metric_name.starts_with("k8s.node.") || metric_name.starts_with("node_") ||
           metric_name.starts_with("system.");
}

std::string_view kind_of_system(std::string_view system) {
    if (system == "redis" || system == "memcached") return "cache";
    return "database";
}

// Systems that watch others.
constexpr std::array<std::string_view, 4> kWatchers{"prometheus", "skywalking", "kubernetes",
                                                    "mcp"};

// Labels that say where a series was measured or which alert asked for it, not what it measures.
constexpr std::array<std::string_view, 20> kPlace{
    "service.name", "service",  "app",         "k8s.pod.name",  "pod",       "instance", "job",
    "cluster",      "server",   "replica",     "namespace",     "container", "datid",    "__name__",
    "alertname",    "severity", "alert_limit", "k8s.node.name", "node",      "nodename"};

}  // namespace

model::Entity entity_of(const model::Labels& labels, std::string_view metric_name,
                        const std::map<std::string, std::string>& known_kinds) {
    model::Entity entity;
    const auto take_first = [&](const auto& keys) {
        for (const Key& key : keys) {
            const auto it = labels.find(key.label);
            if (it == labels.end() || it->second.empty() || !entity.name.empty()) continue;
            entity = {key.kind, it->second};
        }
    };
    if (of_a_node(metric_name)) take_first(kNodeKeys);
    take_first(kKeys);
    if (metric_name.starts_with("pg_") || metric_name.starts_with("postgresql"))
        entity.kind = "database";
    if (metric_name.starts_with("redis_") || metric_name.starts_with("redis."))
        entity.kind = "cache";
    if (const auto known = known_kinds.find(entity.name); known != known_kinds.end())
        entity.kind = known->second;
    return entity;
}

bool is_data_store(std::string_view system) {
    return std::find(kWatchers.begin(), kWatchers.end(), system) == kWatchers.end();
}

std::map<std::string, std::string> kinds_of(const std::vector<model::DatabaseRow>& rows) {
    std::map<std::string, std::string> kinds;
    for (const model::DatabaseRow& row : rows)
        if (is_data_store(row.system)) kinds.try_emplace(row.instance, kind_of_system(row.system));
    return kinds;
}

model::Entity entity_of(const model::DatabaseRow& row) {
    return {std::string(kind_of_system(row.system)), row.instance};
}

std::string detail_of(const model::Labels& labels) {
    std::string out;
    for (const auto& [key, value] : labels) {
        if (std::find(kPlace.begin(), kPlace.end(), key) != kPlace.end() || value.empty()) continue;
        if (!out.empty()) out += ", ";
        out += key + "=" + base::shorten(value, 60);
    }
    return base::shorten(out, 160);
}

}  // namespace insight::analysis
