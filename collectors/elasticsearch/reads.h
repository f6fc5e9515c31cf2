// What the source reads, for the documentation.
#pragma once

#include <array>

#include "collectors/collector.h"

namespace insight::collectors::elasticsearch {

inline constexpr std::array kReads{
    ReadItem{"GET /, /_nodes/_local", "product and version", "1 request"},
    ReadItem{"GET /_cluster/health", "view `health`", "1 request, also every sample"},
    ReadItem{"GET /_nodes/stats", "views `nodes`, `thread_pools`, `breakers`",
             "1 request, 200 nodes, also every sample"},
    ReadItem{"GET /_cluster/settings, /_all/_settings",
             "views `settings`, `blocks`; changes of settings",
             "2 requests, 8 MiB each, also every sample"},
    ReadItem{"GET /_cat/indices, /_cat/shards", "views `indices`, `unassigned`",
             "3 requests, only while the cluster is not green"},
    ReadItem{"POST /_cluster/allocation/explain", "why a shard of `unassigned` has no node",
             "6 requests, only while the cluster is not green"},
    ReadItem{"GET /_tasks, /_cluster/pending_tasks", "views `tasks`, `pending_tasks`",
             "2 requests, 50 rows each"},
    ReadItem{"POST /<indices>/_field_caps", "which fields mean what", "1 request"},
    ReadItem{"POST /<indices>/_search, aggregations",
             "views `log_counts`, `significant`; series `log.records`, `log.errors`",
             "5 searches for each of at most 4 ways to name fields, 15 s each"},
    ReadItem{"POST /<indices>/_pit or _search/point_in_time or scroll, /_search", "logs",
             "`maxLines` lines, 1,000 a page, 32 MiB kept"},
};

}  // namespace insight::collectors::elasticsearch
