// What Redis is asked: the one table from which doctor, the ACL line and the docs follow.
#pragma once

#include <array>
#include <string_view>

namespace insight::collectors::redis {

struct Command {
    std::string_view words;  // as sent; more words may follow
    std::string_view rule;   // what an ACL calls it, since version 7
    std::string_view gives;
    std::string_view cost;
    bool cluster = false;  // asked of members of a cluster only
};

// INFO stands first: it tells whether this is a cluster's member, who alone may be asked the last
// two. Subcommands are granted one by one: +latency would allow LATENCY RESET, too.
inline constexpr std::array kCommands{
    Command{"INFO all", "+info",
            "views `info`, `keyspace`, `commandstats`, `errorstats`, `replicas`, `deltas`",
            "one request, some KiB"},
    Command{"CLIENT LIST", "+client|list", "view `clients`",
            "one request; a line a client, 100 groups kept"},
    Command{"SLOWLOG GET", "+slowlog|get", "view `slowlog`", "128 entries"},
    Command{"LATENCY LATEST", "+latency|latest", "view `latency`", "one request"},
    Command{"LATENCY HISTORY", "+latency|history", "view `latency_history`",
            "one request an event, 8 events, 160 moments each"},
    Command{"MEMORY STATS", "+memory|stats", "view `memory_stats`", "one request"},
    Command{"CLUSTER INFO", "+cluster|info", "view `cluster`", "one request", true},
    Command{"CLUSTER NODES", "+cluster|nodes", "view `cluster_nodes`", "one request, 200 nodes",
            true},
};

}  // namespace insight::collectors::redis
