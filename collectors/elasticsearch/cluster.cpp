#include "collectors/elasticsearch/cluster.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "collectors/coverage.h"
#include "collectors/elasticsearch/values.h"
#include "core/base/text.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

// A snapshot of more would be mostly nodes; health and shards still speak for all of them.
constexpr std::size_t kMostNodes = 200;

}  // namespace

Json health_row(const Json& answer) {
    return {{"status", text(answer, "status")},
            {"cluster_name", text(answer, "cluster_name")},
            {"nodes", value(answer, "number_of_nodes")},
            {"data_nodes", value(answer, "number_of_data_nodes")},
            {"active_primary_shards", value(answer, "active_primary_shards")},
            {"active_shards", value(answer, "active_shards")},
            {"relocating_shards", value(answer, "relocating_shards")},
            {"initializing_shards", value(answer, "initializing_shards")},
            {"unassigned_shards", value(answer, "unassigned_shards")},
            {"delayed_unassigned_shards", value(answer, "delayed_unassigned_shards")},
            {"pending_tasks", value(answer, "number_of_pending_tasks")},
            {"longest_pending_s", seconds_of_millis(answer, "task_max_waiting_in_queue_millis")},
            {"active_percent", value(answer, "active_shards_percent_as_number")}};
}

// The whole of node stats is megabytes a node; the filter leaves what rows are made of.
std::string node_stats_path() {
    return "/_nodes/stats/jvm,fs,thread_pool,breaker,os,process,indices?timeout=10s&filter_path="
           "_nodes,nodes.*.name,nodes.*.timestamp,nodes.*.roles,nodes.*.host,"
           "nodes.*.jvm.uptime_in_millis,nodes.*.jvm.mem.heap*,"
           "nodes.*.jvm.gc.collectors.*.collection*,nodes.*.fs.total,nodes.*.os.cpu,"
           "nodes.*.process.*_file_descriptors,nodes.*.thread_pool.*.threads,"
           "nodes.*.thread_pool.*.active,nodes.*.thread_pool.*.queue,"
           "nodes.*.thread_pool.*.rejected,nodes.*.thread_pool.*.completed,nodes.*.breakers,"
           "nodes.*.indices.search.query*,nodes.*.indices.indexing";
}

NodeRows node_rows(const Json& answer) {
    NodeRows out;
    for (const auto& [id, node] : base::object_at(answer, "nodes").items()) {
        if (out.nodes.size() >= kMostNodes) break;
        const Json name = text(node, "name", 100);
        const Json& jvm = base::object_at(node, "jvm");
        const Json& memory = base::object_at(jvm, "mem");
        const Json& collectors = base::object_at(base::object_at(jvm, "gc"), "collectors");
        const Json& disk = base::object_at(base::object_at(node, "fs"), "total");
        const Json& cpu = base::object_at(base::object_at(node, "os"), "cpu");
        const Json& indices = base::object_at(node, "indices");
        const Json& search = base::object_at(indices, "search");
        const Json& indexing = base::object_at(indices, "indexing");
        const double total = base::number_at(disk, "total_in_bytes");
        // `available`, not `free`: what the process may use, which is what the watermarks look at
        const double available = base::number_at(disk, "available_in_bytes");
        // the node's own clock; together with its uptime it gives when it began
        const double now = base::number_at(node, "timestamp") / 1000;
        Json roles = Json::array();
        for (const Json& role : base::array_at(node, "roles"))
            if (role.is_string() && roles.size() < 20)
                roles.push_back(shown(role.get<std::string>(), 40));
        out.nodes.push_back(
            {{"node", name},
             {"node_id", shown(id, 60)},
             {"host", text(node, "host", 100)},
             {"roles", base::dump_json(roles)},
             {"started_at",
              now > 0 ? Json(now - seconds_of_millis(jvm, "uptime_in_millis")) : Json()},
             {"clock", now > 0 ? Json(now) : Json()},
             {"heap_used_bytes", value(memory, "heap_used_in_bytes")},
             {"heap_max_bytes", value(memory, "heap_max_in_bytes")},
             {"heap_used_percent", value(memory, "heap_used_percent")},
             // "old" and "young" whatever the JVM calls its collectors
             {"old_gc_count", value(base::object_at(collectors, "old"), "collection_count")},
             {"old_gc_ms", value(base::object_at(collectors, "old"), "collection_time_in_millis")},
             {"young_gc_ms",
              value(base::object_at(collectors, "young"), "collection_time_in_millis")},
             {"cpu_percent", value(cpu, "percent")},
             {"load_1m", value(base::object_at(cpu, "load_average"), "1m")},
             {"disk_total_bytes", value(disk, "total_in_bytes")},
             {"disk_available_bytes", value(disk, "available_in_bytes")},
             {"disk_used_ratio", total > 0 ? Json(1 - available / total) : Json()},
             {"open_files", value(base::object_at(node, "process"), "open_file_descriptors")},
             {"max_files", value(base::object_at(node, "process"), "max_file_descriptors")},
             {"searches", value(search, "query_total")},
             {"search_ms", value(search, "query_time_in_millis")},
             {"searches_running", value(search, "query_current")},
             {"indexed", value(indexing, "index_total")},
             {"index_ms", value(indexing, "index_time_in_millis")},
             {"index_failed", value(indexing, "index_failed")},
             {"throttled_ms", value(indexing, "throttle_time_in_millis")}});
        for (const auto& [pool, stats] : base::object_at(node, "thread_pool").items()) {
            // Some thirty pools of a node idle all their life: the two that serve people
            // ("bulk" is the older name of "write"), and every one that shows a queue.
            const bool main = pool == "search" || pool == "write" || pool == "bulk";
            if (!main && base::number_at(stats, "queue") <= 0 &&
                base::number_at(stats, "rejected") <= 0)
                continue;
            out.thread_pools.push_back({{"node", name},
                                        {"pool", shown(pool, 60)},
                                        {"threads", value(stats, "threads")},
                                        {"active", value(stats, "active")},
                                        {"queue", value(stats, "queue")},
                                        {"rejected", value(stats, "rejected")},
                                        {"completed", value(stats, "completed")}});
        }
        // The parent is the sum of all; a child matters once it has tripped.
        for (const auto& [breaker, stats] : base::object_at(node, "breakers").items())
            if (breaker == "parent" || base::number_at(stats, "tripped") > 0)
                out.breakers.push_back(
                    {{"node", name},
                     {"breaker", shown(breaker, 60)},
                     {"limit_bytes", value(stats, "limit_size_in_bytes")},
                     {"estimated_bytes", value(stats, "estimated_size_in_bytes")},
                     {"tripped", value(stats, "tripped")}});
    }
    return out;
}

// With defaults, because a watermark that nobody set is still what stops the writes.
std::string settings_path() {
    return "/_cluster/settings?include_defaults=true&filter_path=persistent,transient,"
           "defaults.cluster.routing.allocation,defaults.cluster.routing.rebalance,"
           "defaults.cluster.blocks,defaults.cluster.max_shards_per_node,"
           "defaults.indices.breaker,defaults.search.default_search_timeout,"
           "defaults.search.max_buckets";
}

namespace {

constexpr std::array<std::string_view, 10> kDefaultsOfInterest{
    "cluster.routing.allocation.enable",
    "cluster.routing.allocation.disk.threshold_enabled",
    "cluster.routing.allocation.disk.watermark.low",
    "cluster.routing.allocation.disk.watermark.high",
    "cluster.routing.allocation.disk.watermark.flood_stage",
    "cluster.routing.rebalance.enable",
    "cluster.blocks.read_only",
    "cluster.blocks.read_only_allow_delete",
    "cluster.max_shards_per_node",
    "indices.breaker.total.limit"};

// Servers nest some settings and write others with dots: one spelling for comparing samples.
void flatten(const Json& nested, const std::string& prefix,
             std::map<std::string, std::string>& into) {
    for (const auto& [key, inner] : nested.items()) {
        const std::string name = prefix.empty() ? key : prefix + "." + key;
        if (into.size() >= 2000) return;
        if (inner.is_object())
            flatten(inner, name, into);
        else
            into[name] = inner.is_string() ? inner.get<std::string>() : base::dump_json(inner);
    }
}

// A secret is only known as one beside its name.
std::string shown_setting(const std::string& name, const std::string& setting) {
    const std::string both = shown(name + "=" + setting, name.size() + 300);
    return both.starts_with(name + "=") ? both.substr(name.size() + 1) : both;
}

}  // namespace

Rows settings_rows(const Json& answer) {
    std::map<std::string, std::pair<std::string, const char*>> all;
    for (const char* source : {"defaults", "persistent", "transient"}) {
        std::map<std::string, std::string> flat;
        flatten(base::object_at(answer, source), "", flat);
        for (const auto& [name, setting] : flat) {
            const bool of_interest =
                std::find(kDefaultsOfInterest.begin(), kDefaultsOfInterest.end(), name) !=
                kDefaultsOfInterest.end();
            if (of_interest || source != std::string_view("defaults"))
                all[name] = {setting, source};  // transient over persistent over default
        }
    }
    Rows out;
    for (const auto& [name, setting] : all)
        if (out.size() < 200)
            out.push_back({{"name", shown(name, 200)},
                           {"value", shown_setting(name, setting.first)},
                           {"source", setting.second}});
    return out;
}

std::string index_settings_path() {
    return "/_all/_settings/index.blocks.*,index.number_of_replicas,index.refresh_interval,"
           "index.routing.allocation.*,index.max_result_window,index.hidden,"
           "index.translog.durability?flat_settings=true&expand_wildcards=open,hidden&"
           "ignore_unavailable=true";
}

Rows block_rows(const Json& answer) {
    Rows out;
    for (const auto& [index, body] : answer.items())
        for (const auto& [name, setting] : base::object_at(body, "settings").items()) {
            // a block that was lifted stays in the settings as "false"
            if (!name.starts_with("index.blocks.") || !setting.is_string() || setting != "true")
                continue;
            if (out.size() < 500)
                out.push_back(
                    {{"index", shown(index, 255)}, {"block", shown(name.substr(13), 60)}});
        }
    return out;
}

Json index_settings(const Json& answer, std::size_t most) {
    Json out = Json::object();
    for (const auto& [index, body] : answer.items()) {
        if (out.size() >= most) break;
        Json kept = Json::object();
        for (const auto& [name, setting] : base::object_at(body, "settings").items())
            if (setting.is_string())
                kept[shown(name, 100)] = shown(setting.get<std::string>(), 100);
        if (!kept.empty()) out[shown(index, 255)] = std::move(kept);
    }
    return out;
}

}  // namespace insight::collectors::elasticsearch
