// A crash that is over within seconds: when one of its processes dies, PostgreSQL ends all others,
// recovers and goes on (manual, "Server Shutdown and Crash Recovery"). Its start time stays; its
// counters are thrown away, which otherwise only a reset does, and that leaves its time.
#include <fmt/format.h>

#include <algorithm>

#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

bool threw_counters_away(const Row& earlier, const Row& later) {
    const auto reset = [](const Row& row) { return number(row, "stats_reset_at"); };
    return number(later, "xact_commit") < number(earlier, "xact_commit") &&
           reset(earlier) == reset(later);
}

// Sessions that were there before are there no more: all of them began later.
bool all_began_after(const Instance& instance, model::Nanos time, const Row& later) {
    bool any = false;
    for (const Row* row : instance.all("connections")) {
        if (row->time < later.time) continue;
        any = true;
        if (row->time - base::from_seconds(number(*row, "oldest_backend_age_s")) < time)
            return false;
    }
    return any;
}

}  // namespace

void crash_recovery(Context& context) {
    const RowList& rows = context.instance.all("database");
    for (std::size_t i = rows.size(); i-- > 1;) {
        const Row& before = *rows[i - 1];
        const Row& after = *rows[i];
        if (after.time <= context.window.baseline_end) return;
        if (!threw_counters_away(before, after) ||
            !all_began_after(context.instance, before.time, after))
            continue;
        Fault fault;
        fault.kind = fault.cause_class = "database_crash";
        fault.statement = fmt::format(
            "{} crashed and recovered between {} and {}: its counters began anew, and every "
            "session "
            "was cut.",
            context.instance.name(), base::format_clock(before.time),
            base::format_clock(after.time));
        fault.brief = fmt::format("{} crashes and recovers.", context.instance.name());
        fault.evidence = {context.evidence.add_rows(
            "counters of " + context.instance.name(), {&before, &after},
            {"database", "xact_commit", "xact_rollback", "sessions", "stats_reset_at"},
            {{"from", base::format_rfc3339(before.time)},
             {"to", base::format_rfc3339(after.time)}})};
        fault.aspect = Aspect::Availability;
        fault.harm = 0.8;
        fault.onset = before.time;
        fault.overturned_by = {
            "If the server's log of that time names no process that was ended by a signal, "
            "somebody "
            "ended the sessions.",
            "psql -c \"SELECT pg_current_logfile()\""};
        fault.recommendations.push_back(
            {"Read in the server's log which process died and of which signal; 9 is most often "
             "the kernel, for want of memory.",
             "dmesg -T | grep -i -E 'out of memory|killed process'", false, fault.evidence});
        add_fault(context, after, std::move(fault));
        return;
    }
}

}  // namespace insight::analysis::databases
