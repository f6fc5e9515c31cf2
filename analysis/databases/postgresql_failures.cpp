// Transactions that end in a rollback: most of them failed. Which statements and why, only the
// server's log and its clients know; that it turned says when.
#include <fmt/format.h>

#include <cmath>

#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kTenthOfAll = 0.1;
constexpr double kAFewMore = 3;  // times the share of before
constexpr double kOneInTwoSeconds = 0.5;

struct Ended {
    double failed = 0;  // a second
    double all = 0;
    [[nodiscard]] double share() const { return all > 0 ? failed / all : 0; }
};

Ended ended_between(const Row& earlier, const Row& later) {
    const double failed = rate(earlier, later, "xact_rollback");
    return {failed, failed + rate(earlier, later, "xact_commit")};
}

}  // namespace

void failing_transactions(Context& context) {
    const RowList& rows = context.instance.all("database");
    const Row* turn = last_until(rows, context.window.baseline_end);
    if (turn == nullptr || turn == rows.front() || turn == rows.back()) return;
    const Ended before = ended_between(*rows.front(), *turn);
    const auto worse = [&](const Ended& ended) {
        return ended.share() >= kTenthOfAll && ended.share() >= kAFewMore * before.share() &&
               ended.failed >= kOneInTwoSeconds;
    };
    // The first stretch in which it was so; what came before it would make it look less.
    const Row* since = nullptr;
    for (std::size_t i = 1; i < rows.size() && since == nullptr; ++i)
        if (rows[i]->time > turn->time && worse(ended_between(*rows[i - 1], *rows[i])))
            since = rows[i - 1];
    if (since == nullptr) return;
    const Ended now = ended_between(*since, *rows.back());
    if (!worse(now)) return;
    const long share = std::lround(100 * now.share());
    const long usual = std::lround(100 * before.share());
    const std::string failed = base::format_number(now.failed);
    Fault fault;
    fault.kind = "failing_transactions";
    fault.cause_class = "unexplained_errors";
    fault.level = model::Level::Code;
    fault.statement = fmt::format(
        "{} % of the transactions of {} are rolled back since {}, {} a second (before: "
        "{} %).",
        share, context.instance.name(), base::format_clock(since->time), failed, usual);
    fault.brief = "Transactions begin to be rolled back.";
    fault.evidence = {context.evidence.add_rows("transactions of " + context.instance.name(), rows,
                                                {"database", "xact_commit", "xact_rollback"},
                                                {{"since", base::format_rfc3339(since->time)},
                                                 {"percentRolledBack", share},
                                                 {"percentBefore", usual},
                                                 {"rolledBackPerSecond", failed}})};
    fault.aspect = Aspect::Errors;
    fault.harm = 0.5;
    fault.onset = since->time;
    fault.overturned_by = {
        "If clients roll these transactions back on purpose, nothing failed.",
        "psql -c \"SELECT datname, xact_commit, xact_rollback FROM pg_stat_database\""};
    fault.recommendations.push_back(
        {"Read the first error of that time in the server's log or in a client's.", "", false,
         fault.evidence});
    add_fault(context, *rows.back(), std::move(fault));
}

}  // namespace insight::analysis::databases
