#include "collectors/elasticsearch/state.h"
#include "collectors/unreached.h"

#include <algorithm>
#include <set>

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;

constexpr std::size_t kSampledIndices = 500;
constexpr std::size_t kLookedInto = 20;  // indices whose shards are listed
constexpr std::size_t kExplained = 6;    // shards whose allocation is explained
constexpr double kSlowTask = 1;          // seconds
constexpr std::size_t kTasks = 50;

}  // namespace

void add_refusal(const base::Error& error, const RowMaker& make, base::Nanos now,
                 std::vector<model::DatabaseRow>& out) {
    auto reason = refusal(error);
    if (reason.empty() && out.empty()) reason = unreached(error);
    const bool told = std::any_of(out.begin(), out.end(), [&](const auto& row) {
        return row.view == "refused" && base::text_at(row.row, "reason") == reason;
    });
    // One row a reason: every question that follows is turned away for the same one.
    if (reason.empty() || told) return;
    out.push_back(make("refused", now, {{"reason", reason}, {"message", told_by(error)}}));
}

Json StateReader::ask(const std::string& path, std::vector<model::DatabaseRow>& out) {
    if (stuck_) return nullptr;
    auto answer = api_.get(path, deadline_);
    if (answer) return std::move(*answer);
    // a cluster that hangs once will hang again: the time is left to the logs
    stuck_ = answer.error().kind == base::ErrorKind::Timeout;
    coverage_.failed("GET " + path, answer.error());
    add_refusal(answer.error(), make_, now_, out);
    return nullptr;
}

void StateReader::put(std::string_view view, const Rows& rows,
                      std::vector<model::DatabaseRow>& out) const {
    for (const Json& row : rows) out.push_back(make_(view, now_, row));
}

Json StateReader::read_common(std::vector<model::DatabaseRow>& out) {
    Json sample{{"version", product_.version}};
    // First, for it says whether the shards are worth asking about; when it fails they are.
    const std::string health_path = "/_cluster/health?timeout=5s";
    if (const Json health = ask(health_path, out); health.is_object()) {
        const Json row = health_row(health);
        healthy_ = base::text_at(row, "status") == "green";
        pending_ = base::integer_at(row, "pending_tasks");
        coverage_.answered("GET " + health_path, 1);
        put("health", {row}, out);
        sample["health"] = row;
    }
    if (const Json stats = ask(node_stats_path(), out); stats.is_object()) {
        const NodeRows rows = node_rows(stats);
        const auto failed = base::integer_at(base::object_at(stats, "_nodes"), "failed");
        if (failed > 0)
            coverage_.truncated("GET " + node_stats_path(), rows.nodes.size(),
                                std::to_string(failed) + " nodes did not answer");
        else
            coverage_.answered("GET " + node_stats_path(), rows.nodes.size());
        put("nodes", rows.nodes, out);
        put("thread_pools", rows.thread_pools, out);
        put("breakers", rows.breakers, out);
        sample["nodes"] = rows.nodes;
        // Whoever compares samples must not take a node that was not told for one that is gone.
        if (failed > 0 || rows.nodes.size() < base::object_at(stats, "nodes").size())
            sample["nodes_missing"] = true;
        sample["thread_pools"] = rows.thread_pools;
        sample["breakers"] = rows.breakers;
    }
    if (const Json settings = ask(settings_path(), out); settings.is_object()) {
        const Rows rows = settings_rows(settings);
        coverage_.answered("GET " + settings_path(), rows.size());
        put("settings", rows, out);
        sample["settings"] = rows;
    }
    if (const Json settings = ask(index_settings_path(), out); settings.is_object()) {
        const Rows rows = block_rows(settings);
        coverage_.answered("GET " + index_settings_path(), settings.size());
        put("blocks", rows, out);
        sample["blocks"] = rows;
        // Samples are kept for days: an estate of thousands of indices would fill the store.
        sample["index_settings"] = index_settings(settings, kSampledIndices);
    }
    return sample;
}

void StateReader::explain(Rows& rows) {
    std::set<std::string> seen;
    std::size_t explained = 0;
    for (Json& row : rows) {
        if (explained >= kExplained) return;
        const std::string key =
            base::text_at(row, "index") + (base::flag_at(row, "primary") ? " p" : " r");
        // Copies of one index mostly lack a node for one reason: another index tells more.
        if (!seen.insert(key).second || !row["shard"].is_number()) continue;
        const Json which{
            {"index", row["index"]}, {"shard", row["shard"]}, {"primary", row["primary"]}};
        const auto answer = api_.post("/_cluster/allocation/explain", which, deadline_);
        const std::string query = "POST /_cluster/allocation/explain " + base::dump_json(which);
        if (!answer) {
            coverage_.failed(query, answer.error());
            if (answer.error().kind != base::ErrorKind::Invalid) return;
            continue;  // it has a node by now
        }
        coverage_.answered(query, 1);
        explain_row(*answer, row);
        ++explained;
    }
}

void StateReader::read_shards(std::vector<model::DatabaseRow>& out) {
    std::vector<std::string> names;
    // Red first: they fill the list that is looked into, yellow ones take what is left.
    for (const char* health : {"red", "yellow"}) {
        const std::string path = unhealthy_indices_path(health);
        const Json indices = ask(path, out);
        if (!indices.is_array()) continue;
        const Rows rows = index_rows(indices);
        if (indices.size() > rows.size())
            coverage_.truncated("GET " + path, rows.size(),
                                std::to_string(indices.size()) + " indices in all");
        else
            coverage_.answered("GET " + path, rows.size());
        put("indices", rows, out);
        for (const Json& row : rows)
            if (names.size() < kLookedInto) names.push_back(base::text_at(row, "index"));
    }
    if (names.empty()) return;
    const std::string path = shards_path(names);
    const Json shards = ask(path, out);
    if (!shards.is_array()) return;
    Rows rows = unassigned_rows(shards, now_);
    coverage_.answered("GET " + path, rows.size());
    explain(rows);
    put("unassigned", rows, out);
}

void StateReader::read_trouble(std::vector<model::DatabaseRow>& out) {
    // Of a green cluster every shard has its node.
    if (!healthy_) read_shards(out);
    const std::string path = "/_tasks?detailed=true&group_by=none";
    if (const Json tasks = ask(path, out); tasks.is_object()) {
        const Rows rows = task_rows(tasks, kSlowTask, kTasks);
        coverage_.answered("GET " + path, rows.size());
        put("tasks", rows, out);
    }
    // As the health said; a list that nobody stands in need not be asked for.
    if (pending_ == 0) return;
    const std::string pending = "/_cluster/pending_tasks";
    if (const Json tasks = ask(pending, out); tasks.is_object()) {
        const Rows rows = pending_rows(tasks, kTasks);
        coverage_.answered("GET " + pending, rows.size());
        put("pending_tasks", rows, out);
    }
}

}  // namespace insight::collectors::elasticsearch
