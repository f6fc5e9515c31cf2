// Transactions that wait for each other in a circle. PostgreSQL ends one of them after
// deadlock_timeout (manual, "Deadlocks") and counts it: each is a request that failed.
#include <fmt/format.h>

#include <set>

#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kMoreOften = 3;              // times the earlier rate
constexpr double kEveryHalfMinute = 1. / 30;  // a second: less is an unlucky moment

double gained(const Row& earlier, const Row& later) {
    return std::max(0., number(later, "deadlocks") - number(earlier, "deadlocks"));
}

// The last reading that counts no more than the one before the window.
const Row* last_without(const RowList& rows, const Row& before) {
    const Row* turn = &before;
    for (const Row* row : rows)
        if (row->time > turn->time && number(*row, "deadlocks") <= number(before, "deadlocks"))
            turn = row;
    return turn;
}

}  // namespace

void deadlocks(Context& context) {
    const RowList& rows = context.instance.all("database");
    const Row* before = last_until(rows, context.window.baseline_end);
    if (before == nullptr || rows.back() == before) return;
    const Row& now = *rows.back();
    const Row& turn = *last_without(rows, *before);
    const double count = gained(turn, now);
    const double pace = rate(turn, now, "deadlocks");
    if (count <= 0 || pace < kMoreOften * rate(*rows.front(), *before, "deadlocks")) return;

    // Who waits at this moment says who meets whom.
    const RowList waiting = context.instance.standing("blocking", "server");
    std::set<std::string> clients;
    std::set<std::string> tables;
    for (const Row* edge : waiting)
        for (const char* key : {"waiter_application", "blocker_application"})
            if (const std::string name = text(*edge, key); !name.empty()) clients.insert(name);
    for (const Row* edge : waiting)
        if (const std::string table = text(*edge, "relation"); !table.empty()) tables.insert(table);

    Fault fault;
    fault.kind = "deadlocks";
    fault.cause_class = "lock_contention";
    fault.level = model::Level::Code;
    fault.evidence = {context.evidence.add_rows(
        "deadlocks of " + context.instance.name(), rows, {"database", "deadlocks", "xact_rollback"},
        {{"since", base::format_rfc3339(turn.time)}, {"deadlocksSince", count}})};
    fault.statement = fmt::format("{} ended {} transactions for deadlocks since {}",
                                  context.instance.name(), count, base::format_clock(turn.time));
    if (!waiting.empty()) {
        fault.evidence.push_back(context.evidence.add_rows(
            "who waits on " + context.instance.name(), waiting,
            {"waiter_pid", "waiter_application", "waiter_query", "blocker_pid",
             "blocker_application", "blocker_query", "relation", "wait_age_s"}));
        fault.statement +=
            fmt::format("; sessions of {} wait for each other now", fmt::join(clients, ", "));
        if (!tables.empty()) fault.statement += fmt::format(" on {}", fmt::join(tables, ", "));
    }
    fault.statement += ".";
    fault.brief = "Transactions begin to wait for each other in a circle.";
    fault.aspect = Aspect::Errors;
    fault.harm = pace >= kEveryHalfMinute ? 0.8 : 0.4;
    fault.onset = turn.time;
    fault.overturned_by = {
        "If the failing requests are not those of these clients, deadlocks are not why.",
        "psql -c \"SELECT datname, deadlocks FROM pg_stat_database ORDER BY deadlocks DESC\""};
    fault.recommendations.push_back(
        {"Read both statements of a deadlock in the server's log, and let all transactions touch "
         "the same rows in the same order.",
         "", false, fault.evidence});
    add_fault(context, now, std::move(fault));
}

}  // namespace insight::analysis::databases
