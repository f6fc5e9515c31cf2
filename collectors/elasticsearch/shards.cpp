// Indices that are not well, shards without a node, tasks: the second half of cluster.h.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "collectors/elasticsearch/api.h"
#include "collectors/elasticsearch/cluster.h"
#include "collectors/elasticsearch/values.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

constexpr std::size_t kMostRows = 100;

}  // namespace

std::string unhealthy_indices_path(std::string_view health) {
    return fmt::format(
        "/_cat/indices?format=json&bytes=b&health={}&expand_wildcards=all&"
        "h=index,health,status,pri,rep,docs.count,store.size,creation.date",
        health);
}

Rows index_rows(const Json& answer) {
    Rows out;
    for (const Json& one : answer) {
        if (!one.is_object() || out.size() >= kMostRows) continue;
        const Json created = number(one, "creation.date");
        out.push_back(
            {{"index", text(one, "index", 255)},
             {"health", text(one, "health")},
             {"status", text(one, "status")},
             {"primaries", number(one, "pri")},
             {"replicas", number(one, "rep")},
             {"documents", number(one, "docs.count")},
             {"size_bytes", number(one, "store.size")},
             {"created_at", created.is_number() ? Json(created.get<double>() / 1000) : Json()}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::text_at(a, "health") < base::text_at(b, "health");  // red, yellow
    });
    return out;
}

std::string shards_path(const std::vector<std::string>& indices) {
    std::string names;
    for (const std::string& index : indices) names += (names.empty() ? "" : ",") + path_part(index);
    return fmt::format(
        "/_cat/shards/{}?format=json&h=index,shard,prirep,state,unassigned.reason,"
        "unassigned.at,unassigned.details",
        names);
}

Rows unassigned_rows(const Json& answer, base::Nanos now) {
    Rows out;
    for (const Json& one : answer) {
        if (!one.is_object() || base::text_at(one, "state") != "UNASSIGNED") continue;
        const Json since = unix_seconds(one, "unassigned.at");
        out.push_back(
            {{"index", text(one, "index", 255)},
             {"shard", number(one, "shard")},
             {"primary", base::text_at(one, "prirep") == "p"},
             {"reason", text(one, "unassigned.reason")},
             {"since_at", since},
             {"unassigned_s",
              since.is_number() ? Json(base::to_seconds(now) - since.get<double>()) : Json()},
             {"details", text(one, "unassigned.details", 400)},
             {"explained", false},
             {"can_allocate", nullptr},
             {"explanation", nullptr},
             {"decider", nullptr},
             {"decider_explanation", nullptr},
             {"nodes_refusing", nullptr},
             {"nodes_asked", nullptr}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::flag_at(a, "primary") && !base::flag_at(b, "primary");
    });
    // Primaries first: without one its data cannot be read at all.
    if (out.size() > kMostRows) out.resize(kMostRows);
    return out;
}

void explain_row(const Json& answer, Json& row) {
    const Json& info = base::object_at(answer, "unassigned_info");
    // The server answers for the shard it took, which is told instead of the one asked for.
    row["index"] = text(answer, "index", 255);
    row["shard"] = value(answer, "shard");
    row["primary"] = base::flag_at(answer, "primary");
    if (info.contains("reason")) row["reason"] = text(info, "reason");
    if (const Json since = unix_seconds(info, "at"); !since.is_null()) row["since_at"] = since;
    if (const Json details = text(info, "details", 400); !details.is_null())
        row["details"] = details;
    row["explained"] = true;
    row["can_allocate"] = text(answer, "can_allocate");
    row["explanation"] = text(answer, "allocate_explanation", 400);
    // The decider that most nodes name, with its words on the first of them.
    std::map<std::string, std::pair<std::int64_t, std::string>> refusals;
    std::int64_t asked = 0;
    for (const Json& node : base::array_at(answer, "node_allocation_decisions")) {
        ++asked;
        std::set<std::string> here;
        for (const Json& decider : base::array_at(node, "deciders")) {
            // the others are NO and THROTTLE
            if (base::text_at(decider, "decision") == "YES") continue;
            const std::string name = shown(base::text_at(decider, "decider"), 60);
            auto& refusal = refusals[name];
            // A node may name one decider several times and counts once.
            if (here.insert(name).second) ++refusal.first;
            if (refusal.second.empty())
                refusal.second = shown(base::text_at(decider, "explanation"), 400);
        }
    }
    row["nodes_asked"] = asked;
    row["nodes_refusing"] = 0;
    // "same_shard" only says that the one node has its copy: another reason tells more
    const auto worth = [](const auto& one) {
        return std::pair(one.first != "same_shard", one.second.first);
    };
    const auto most =
        std::max_element(refusals.begin(), refusals.end(),
                         [&](const auto& a, const auto& b) { return worth(a) < worth(b); });
    if (most == refusals.end()) return;
    row["decider"] = most->first;
    row["decider_explanation"] = most->second.second;
    row["nodes_refusing"] = most->second.first;
}

Rows task_rows(const Json& answer, double least, std::size_t most) {
    Rows out;
    for (const Json& one : base::array_at(answer, "tasks")) {
        const std::string action = base::text_at(one, "action");
        const double seconds = base::number_at(one, "running_time_in_nanos") / 1e9;
        const bool own = base::text_at(base::object_at(one, "headers"), "X-Opaque-Id") == kOpaqueId;
        const bool child = one.contains("parent_task_id");
        // persistent tasks run for ever; parts of a task on other nodes say the same again
        if (own || child || seconds < least || base::text_at(one, "type") == "persistent" ||
            action.starts_with("cluster:") || action.starts_with("internal:"))
            continue;
        out.push_back({{"task", fmt::format("{}:{}", shown(base::text_at(one, "node"), 60),
                                            base::integer_at(one, "id"))},
                       {"node_id", text(one, "node", 60)},
                       {"action", shown(action, 100)},
                       {"description", text(one, "description", 300)},
                       {"running_s", seconds},
                       {"started_at", base::number_at(one, "start_time_in_millis") / 1000},
                       {"cancellable", base::flag_at(one, "cancellable")},
                       {"opaque_id", text(base::object_at(one, "headers"), "X-Opaque-Id", 100)}});
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::number_at(a, "running_s") > base::number_at(b, "running_s");
    });
    if (out.size() > most) out.resize(most);
    return out;
}

Rows pending_rows(const Json& answer, std::size_t most) {
    Rows out;
    for (const Json& one : base::array_at(answer, "tasks"))
        if (out.size() < most)
            out.push_back({{"source", text(one, "source", 300)},
                           {"priority", text(one, "priority", 20)},
                           {"executing", base::flag_at(one, "executing")},
                           {"waited_s", seconds_of_millis(one, "time_in_queue_millis")}});
    return out;
}

}  // namespace insight::collectors::elasticsearch
