#include "analysis/entity.h"

#include <array>

#include "core/base/text.h"

namespace insight::analysis {
namespace {

struct Key {
    const char* label;
    const char* kind;
};

constexpr std::array kKeys{
    Key{"service.name", "service"}, Key{"service", "service"}, Key{"app", "service"},
    Key{"k8s.pod.name", "pod"},     Key{"pod", "pod"},         Key{"instance", "service"},
    Key{"job", "service"}};

std::string_view kind_of_system(std::string_view system) {
    if (system == "redis" || system == "memcached") return "cache";
    return "database";
}

// Labels that say where a series was measured, not what it measures.
constexpr std::array<std::string_view, 14> kPlace{
    "service.name", "service", "app",     "k8s.pod.name", "pod",       "instance", "job",
    "cluster",      "server",  "replica", "namespace",    "container", "datid",    "__name__"};

}  // namespace

model::Entity entity_of(const model::Labels& labels, std::string_view metric_name) {
    model::Entity entity;
    for (const Key& key : kKeys) {
        const auto it = labels.find(key.label);
        if (it == labels.end() || it->second.empty()) continue;
        entity = {key.kind, it->second};
        break;
    }
    if (metric_name.starts_with("pg_") || metric_name.starts_with("postgresql"))
        entity.kind = "database";
    if (metric_name.starts_with("redis_") || metric_name.starts_with("redis."))
        entity.kind = "cache";
    return entity;
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
