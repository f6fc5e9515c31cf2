// The state of the cluster as rows: health, nodes, thread pools, breakers, settings, blocks,
// shards without a node and why, tasks. Parsing is apart from asking.
#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/time.h"

namespace insight::collectors::elasticsearch {

using Rows = std::vector<base::Json>;

// GET /_cluster/health: one row of view `health`.
base::Json health_row(const base::Json& answer);

// What is asked of /_nodes/stats, and its rows: view `nodes` (one a node), `thread_pools` (search,
// write and whatever queues or has rejected), `breakers` (those that tripped, and `parent`).
std::string node_stats_path();
struct NodeRows {
    Rows nodes, thread_pools, breakers;
};
NodeRows node_rows(const base::Json& answer);

// GET /_cluster/settings with defaults, nested: what was set, and what of the defaults matters.
std::string settings_path();
Rows settings_rows(const base::Json& answer);

// GET /_all/_settings/…, flat: blocks that are on, as rows of view `blocks` {index, block}, and
// settings of interest of each index as {index: {setting: value}} (at most `most` indices).
std::string index_settings_path();
Rows block_rows(const base::Json& answer);
base::Json index_settings(const base::Json& answer, std::size_t most);

// GET /_cat/indices: rows of view `indices`, red first.
std::string unhealthy_indices_path(std::string_view health);
Rows index_rows(const base::Json& answer);

// GET /_cat/shards of some indices: the copies without a node, primaries first.
std::string shards_path(const std::vector<std::string>& indices);
Rows unassigned_rows(const base::Json& answer, base::Nanos now);
// POST /_cluster/allocation/explain: adds why to such a row (or gives a whole one).
void explain_row(const base::Json& answer, base::Json& row);

// GET /_tasks: what has run for at least `least` seconds, longest first; our own searches and what
// belongs to the cluster itself left out.
Rows task_rows(const base::Json& answer, double least, std::size_t most);
// GET /_cluster/pending_tasks
Rows pending_rows(const base::Json& answer, std::size_t most);

}  // namespace insight::collectors::elasticsearch
