#include "collectors/neo4j/memory.h"

#include <re2/re2.h>

#include <array>
#include <map>

namespace insight::collectors::neo4j {
namespace {

using base::text_at;

// A bean's attribute: {"description": …, "value": …}; a composite one has {"properties": {…}}.
Json value_of(const Json& bean, std::string_view attribute) {
    const Json& holder = base::object_at(base::object_at(bean, "attributes"), attribute);
    const auto it = holder.find("value");
    return it == holder.end() ? Json() : *it;
}

// Below zero is the JVM's way to say that there is none.
Json part_of(const Json& bean, std::string_view attribute, std::string_view part) {
    const Json value = value_of(bean, attribute);
    const Json& parts = base::object_at(value, "properties");
    const auto it = parts.find(part);
    return it == parts.end() || !it->is_number() || it->get<double>() < 0 ? Json() : *it;
}

Json number_of(const Json& bean, std::string_view attribute) {
    Json value = value_of(bean, attribute);
    return value.is_number() ? value : Json();
}

void add_to(Json& sum, const Json& value) {
    if (!value.is_number()) return;
    sum = (sum.is_number() ? sum.get<double>() : 0) + value.get<double>();
}

// Where objects end that outlive collections: what is left there after one is truly in use.
bool old_generation(const std::string& name) {
    // Collectors without generations have one pool for everything: the last two.
    for (const char* one : {"Old Gen", "Tenured", "ZGC Old", "ZHeap", "Shenandoah"})
        if (name.find(one) != std::string::npos) return true;
    return false;
}

// "neo4j.dbms.page_cache.hits" of "neo4j.metrics:name=neo4j.dbms.page_cache.hits"
std::string metric_name(const Json& bean) {
    const std::string name = text_at(bean, "name");
    const std::size_t start = name.find("name=");
    return start == std::string::npos ? "" : name.substr(start + 5);
}

// By the end of the name: it begins with a prefix of the configuration (server.metrics.prefix).
Json metric(const Rows& metrics, std::string_view ending) {
    for (const Json& bean : metrics) {
        const std::string name = metric_name(bean);
        if (!name.ends_with(ending)) continue;
        for (const char* attribute : {"Value", "Count"})
            if (Json value = number_of(bean, attribute); !value.is_null()) return value;
    }
    return nullptr;
}

void add_bean(const Json& bean, Json& row) {
    const std::string name = text_at(bean, "name");
    if (name == "java.lang:type=Memory") {
        row["heap_used_bytes"] = part_of(bean, "HeapMemoryUsage", "used");
        row["heap_committed_bytes"] = part_of(bean, "HeapMemoryUsage", "committed");
        row["heap_max_bytes"] = part_of(bean, "HeapMemoryUsage", "max");
    } else if (name.find("type=GarbageCollector") != std::string::npos) {
        add_to(row["gc_count"], number_of(bean, "CollectionCount"));
        add_to(row["gc_time_ms"], number_of(bean, "CollectionTime"));
    } else if (name.find("type=MemoryPool") != std::string::npos && old_generation(name)) {
        row["old_used_bytes"] = part_of(bean, "Usage", "used");
        row["old_max_bytes"] = part_of(bean, "Usage", "max");
        row["old_after_gc_bytes"] = part_of(bean, "CollectionUsage", "used");
    } else if (name == "java.lang:type=OperatingSystem") {
        row["open_files"] = number_of(bean, "OpenFileDescriptorCount");
        row["max_files"] = number_of(bean, "MaxFileDescriptorCount");
        row["process_cpu_ratio"] = number_of(bean, "ProcessCpuLoad");
        row["cpus"] = number_of(bean, "AvailableProcessors");
    } else if (name == "java.lang:type=Runtime") {
        if (const Json start = number_of(bean, "StartTime"); start.is_number())
            row["started_at"] = start.get<double>() / 1000;
    }
}

}  // namespace

Json memory_row(const Rows& beans, const Rows& metrics) {
    static constexpr std::array kOfBeans{
        "heap_used_bytes", "heap_committed_bytes", "heap_max_bytes",
        "old_used_bytes",  "old_max_bytes",        "old_after_gc_bytes",
        "gc_count",        "gc_time_ms",           "open_files",
        "max_files",       "process_cpu_ratio",    "cpus",
        "started_at"};
    struct OfMetrics {
        const char* key;
        const char* ending;
    };
    static constexpr std::array kOfMetrics{
        OfMetrics{"page_cache_hits", "page_cache.hits"},
        OfMetrics{"page_cache_faults", "page_cache.page_faults"},
        OfMetrics{"page_cache_evictions", "page_cache.evictions"},
        OfMetrics{"page_cache_hit_ratio", "page_cache.hit_ratio"},
        OfMetrics{"page_cache_usage_ratio", "page_cache.usage_ratio"},
        OfMetrics{"bolt_running", "bolt.connections_running"},
        OfMetrics{"bolt_idle", "bolt.connections_idle"}};
    Json row = Json::object();
    for (const char* key : kOfBeans) row[key] = nullptr;
    for (const Json& bean : beans) add_bean(bean, row);
    for (const OfMetrics& one : kOfMetrics) row[one.key] = metric(metrics, one.ending);
    return row;
}

Rows store_rows(const Rows& metrics) {
    // neo4j.database.<name>.store.size.total; before 5: neo4j.<name>.store.size.total
    static const re2::RE2 kPattern(
        R"((?:[^.]+\.)(?:database\.)?(.+)\.store\.size\.(total|database))");
    std::map<std::string, Json> found;
    for (const Json& bean : metrics) {
        std::string database;
        std::string which;
        if (!re2::RE2::FullMatch(metric_name(bean), kPattern, &database, &which)) continue;
        Json& row = found
                        .try_emplace(database, Json{{"database", database},
                                                    {"total_bytes", nullptr},
                                                    {"database_bytes", nullptr}})
                        .first->second;
        row[which + "_bytes"] = number_of(bean, "Value");
    }
    Rows out;
    for (auto& [name, row] : found) out.push_back(std::move(row));
    return out;
}

}  // namespace insight::collectors::neo4j
