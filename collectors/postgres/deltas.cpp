#include "collectors/postgres/deltas.h"

#include <array>
#include <cmath>

#include "collectors/counters.h"

namespace insight::collectors::postgres {
namespace {

using base::Json;

// Below this many blocks a ratio says nothing.
constexpr double kTellingBlocks = 100;

struct Counter {
    std::string_view view;  // the sample's object that holds it and the time it was reset
    std::string_view theirs;
    std::string_view ours;
};

// Each view is reset on its own, so its own `stats_reset_at` decides. The position in the WAL is
// none of the statistics: nothing resets it.
constexpr std::array kCounters{
    Counter{"database", "xact_commit", "xact_commit"},
    Counter{"database", "xact_rollback", "xact_rollback"},
    Counter{"database", "blks_read", "blks_read"},
    Counter{"database", "blks_hit", "blks_hit"},
    Counter{"database", "deadlocks", "deadlocks"},
    Counter{"database", "temp_files", "temp_files"},
    Counter{"database", "temp_bytes", "temp_bytes"},
    Counter{"database", "conflicts", "conflicts"},
    Counter{"database", "sessions_abandoned", "sessions_abandoned"},
    Counter{"database", "sessions_fatal", "sessions_fatal"},
    Counter{"checkpoints", "timed", "checkpoints_timed"},
    Counter{"checkpoints", "requested", "checkpoints_requested"},
    Counter{"checkpoints", "write_time_ms", "checkpoint_write_time_ms"},
    Counter{"checkpoints", "sync_time_ms", "checkpoint_sync_time_ms"},
    Counter{"archiver", "archived_count", "archived"},
    Counter{"archiver", "failed_count", "archive_failures"},
    Counter{"wal", "position_bytes", "wal_bytes"},
};

bool same(const Json& a, const Json& b, std::string_view key) {
    // times are computed by the server from its clock and may tremble
    return std::abs(base::number_at(a, key) - base::number_at(b, key)) < 1;
}

Json difference(const Json& before, const Json& after, const Counter& counter) {
    const Json& a = base::object_at(before, counter.view);
    const Json& b = base::object_at(after, counter.view);
    return same(a, b, "stats_reset_at") ? growth(a, b, counter.theirs) : Json();
}

}  // namespace

std::vector<Stretch> deltas(const std::vector<Moment>& moments) {
    std::vector<Stretch> out;
    for (std::size_t i = 1; i < moments.size(); ++i) {
        const Json& before = *moments[i - 1].sample;
        const Json& after = *moments[i].sample;
        // a restart may set counters back to zero and let them pass their old value again
        if (!same(base::object_at(before, "server"), base::object_at(after, "server"),
                  "started_at"))
            continue;
        Json row{{"seconds", base::to_seconds(moments[i].time - moments[i - 1].time)}};
        bool known = false;
        for (const Counter& counter : kCounters) {
            Json value = difference(before, after, counter);
            known = known || !value.is_null();
            row[std::string(counter.ours)] = std::move(value);
        }
        if (!known) continue;
        const double read = base::number_at(row, "blks_read");
        const double all = read + base::number_at(row, "blks_hit");
        row["cache_hit_ratio"] = all < kTellingBlocks ? Json() : Json(1 - read / all);
        out.push_back({moments[i].time, std::move(row)});
    }
    return out;
}

}  // namespace insight::collectors::postgres
