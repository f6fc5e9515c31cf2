#include "collectors/redis/deltas.h"

#include <array>

#include "collectors/counters.h"

namespace insight::collectors::redis {
namespace {

using base::Json;

// Below this many look-ups a ratio says nothing.
constexpr double kTellingReads = 20;

struct Counter {
    std::string_view theirs;
    std::string_view ours;
};

constexpr std::array kCounters{
    Counter{"total_commands_processed", "commands"},
    Counter{"total_connections_received", "connections"},
    Counter{"rejected_connections", "rejected_connections"},
    Counter{"total_error_replies", "error_replies"},
    Counter{"evicted_keys", "evicted_keys"},
    Counter{"expired_keys", "expired_keys"},
    Counter{"keyspace_hits", "keyspace_hits"},
    Counter{"keyspace_misses", "keyspace_misses"},
    Counter{"evicted_clients", "evicted_clients"},
    Counter{"aof_delayed_fsync", "aof_delayed_fsync"},
    Counter{"sync_full", "sync_full"},
    Counter{"sync_partial_err", "sync_partial_err"},
    Counter{"total_net_input_bytes", "net_input_bytes"},
    Counter{"total_net_output_bytes", "net_output_bytes"},
};

}  // namespace

std::vector<Stretch> deltas(const std::vector<Moment>& moments) {
    std::vector<Stretch> out;
    for (std::size_t i = 1; i < moments.size(); ++i) {
        const Json& before = *moments[i - 1].info;
        const Json& after = *moments[i].info;
        // After a restart counters begin at zero; one that has outgrown its old value would not
        // show it.
        if (base::text_at(before, "run_id") != base::text_at(after, "run_id")) continue;
        Json row{{"seconds", base::to_seconds(moments[i].time - moments[i - 1].time)}};
        for (const Counter& counter : kCounters)
            row[std::string(counter.ours)] = growth(before, after, counter.theirs);
        const double hits = base::number_at(row, "keyspace_hits");
        const double reads = hits + base::number_at(row, "keyspace_misses");
        row["hit_ratio"] = reads < kTellingReads ? Json() : Json(hits / reads);
        out.push_back({moments[i].time, std::move(row)});
    }
    return out;
}

}  // namespace insight::collectors::redis
