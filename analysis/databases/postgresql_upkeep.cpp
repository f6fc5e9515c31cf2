// PostgreSQL's own upkeep going wrong: WAL that cannot be archived piles up, and transaction ids
// that are not frozen run out (documentation: continuous archiving; preventing wraparound
// failures).
#include <fmt/format.h>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

// Autovacuum begins at 200 million of age; the server refuses at about 2,144 million. By here it
// has failed to help itself for long.
constexpr double kNearWraparound = 1.2e9;
constexpr double kRefuses = 0;  // of ids left

using base::Json;

}  // namespace

void archiver_fails(Context& context) {
    const RowList present = context.instance.standing("archiver", "server");
    if (present.empty() || !base::flag_at(present.front()->row, "failing")) return;
    const Row& now = *present.front();
    const RowList& history = context.instance.all("archiver");
    const auto failing = [](const Row& row) { return base::flag_at(row.row, "failing"); };
    const Row* since = turned(history, failing);
    const std::string segment = text(now, "last_failed_wal");
    const auto failures = base::integer_at(now.row, "failed_count");
    const double last_good = number(now, "last_archived_at");

    std::vector<std::string> evidence{context.evidence.add_rows(
        "archiver of " + context.instance.name(), history,
        {"archive_mode", "archived_count", "last_archived_wal", "failed_count", "last_failed_wal",
         "failing"},
        last_good > 0 ? Json{{"lastArchived", base::format_rfc3339(base::from_seconds(last_good))}}
                      : Json::object())};
    Fault fault;
    fault.kind = "archiving_fails";
    fault.cause_class = "archiving_fails";
    fault.level = model::Level::Config;
    fault.statement =
        fmt::format("{} cannot archive its WAL: segment `{}` failed, {} failures so far",
                    context.instance.name(), segment, failures);
    if (last_good > 0)
        fault.statement += fmt::format(", the last success was at {}",
                                       base::format_clock(base::from_seconds(last_good)));
    if (const RowList wal = context.instance.standing("wal", "server"); !wal.empty()) {
        const auto waiting = base::integer_at(wal.front()->row, "waiting_for_archive");
        evidence.push_back(context.evidence.add_rows(
            "pg_wal of " + context.instance.name(), context.instance.all("wal"),
            {"files", "size_bytes", "waiting_for_archive"}));
        if (waiting > 0) fault.statement += fmt::format("; {} segments wait", waiting);
    }
    fault.statement += ".";
    fault.brief = "Archiving of WAL begins to fail.";
    fault.evidence = evidence;
    fault.aspect = Aspect::Saturation;
    fault.harm = 0.3;
    fault.onset = time_of(since);
    fault.overturned_by = {"If the archiver succeeds again, WAL does not pile up.",
                           "psql -c \"SELECT * FROM pg_stat_archiver\""};
    fault.recommendations.push_back(
        {"Run the archive_command by hand for that segment and repair what it complains about "
         "(place, rights, full disk).",
         "psql -c \"SHOW archive_command\"", false, evidence});
    add_fault(context, now, std::move(fault));
}

void wraparound_near(Context& context) {
    for (const Row* row : context.instance.standing("wraparound", "server")) {
        const double age = number(*row, "xid_age");
        const double multixact_age = number(*row, "mxid_age");
        if (age < kNearWraparound && multixact_age < kNearWraparound) continue;
        // Both counters wrap at the same number; the older one is nearer to it.
        const bool plain = age >= multixact_age;
        const std::string database = text(*row, "database");
        const auto left = base::integer_at(row->row, "xids_left");
        const bool refuses = plain && static_cast<double>(left) <= kRefuses;
        const std::string evidence = context.evidence.add_rows(
            fmt::format("age of transaction ids in {} of {}", database, context.instance.name()),
            where(context.instance.all("wraparound"), "database", database),
            {"database", "xid_age", "mxid_age", "freeze_max_age", "xids_left"});
        Fault fault;
        fault.kind = "wraparound";
        fault.cause_class = "wraparound";
        fault.level = model::Level::Config;
        fault.statement =
            fmt::format("The oldest {} in database {} of {} is {} transactions old",
                        plain ? "transaction id" : "multixact", database, context.instance.name(),
                        base::integer_at(row->row, plain ? "xid_age" : "mxid_age"));
        if (refuses)
            fault.statement += ": the server refuses new transactions.";
        else if (plain)
            fault.statement +=
                fmt::format(": {} remain until the server refuses new transactions.", left);
        else
            fault.statement += ": the server will refuse new row locks.";
        fault.brief = fmt::format("Transaction ids of {} run out.", database);
        fault.evidence = {evidence};
        fault.aspect = Aspect::Availability;
        fault.harm = refuses ? 1 : 0.3;
        fault.overturned_by = {
            "If the age falls after a VACUUM of the oldest tables, the danger is over.",
            "psql -c \"SELECT datname, age(datfrozenxid) FROM pg_database ORDER BY 2 DESC\""};
        fault.recommendations.push_back(
            {fmt::format("End what holds back the oldest transaction (long transactions, prepared "
                         "ones, slots), then vacuum the oldest tables of {}.",
                         database),
             "vacuumdb --freeze " + command::word(database),
             true,
             {evidence}});
        add_fault(context, *row, std::move(fault));
    }
}

}  // namespace insight::analysis::databases
