// Redis that cannot save, has lost its replica or master, or whose cluster is down (documentation:
// persistence, replication, cluster specification).
#include <fmt/format.h>

#include <map>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "analysis/databases/words.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kReplicaFarBehind = 16.0 * (1 << 20);  // bytes a replica may miss
constexpr double kReplicaSilent = 10;                   // seconds without a word from it

using base::Json;

bool cannot_save(const Row& row) {
    return text(row, "rdb_last_bgsave_status") == "err" ||
           text(row, "aof_last_write_status") == "err" ||
           text(row, "aof_last_bgrewrite_status") == "err";
}

std::string what_failed(const Row& row) {
    if (text(row, "aof_last_write_status") == "err") return "its last write to the AOF failed";
    if (text(row, "rdb_last_bgsave_status") == "err") return "its last snapshot failed";
    return "its last rewrite of the AOF failed";
}

// "slave" is the word of INFO in every version.
bool lost_master(const Row& row) {
    return text(row, "role") == "slave" && text(row, "master_link_status") == "down";
}

}  // namespace

void save_fails(Context& context) {
    const RowList& info = context.instance.all("info");
    if (info.empty() || !cannot_save(*info.back())) return;
    const Row& now = *info.back();
    const Row* since = turned(info, cannot_save);
    const auto unsaved = base::integer_at(now.row, "rdb_changes_since_last_save");
    const double saved = number(now, "rdb_last_save_at");
    std::vector<std::string> evidence{context.evidence.add_rows(
        "persistence of " + context.instance.name(), info,
        {"rdb_last_bgsave_status", "rdb_changes_since_last_save", "aof_last_write_status",
         "aof_last_bgrewrite_status"},
        saved > 0 ? Json{{"lastSave", base::format_rfc3339(base::from_seconds(saved))}}
                  : Json::object())};
    // Unless told otherwise (stop-writes-on-bgsave-error), Redis answers every write with MISCONF
    // after a snapshot that failed.
    const RowList refused =
        where(context.instance.standing("errorstats", "info"), "error", "MISCONF");
    // Counted since the server started or its statistics were reset: what the baseline had is no
    // news. Versions before 6.2 do not say it.
    const RowList counted = where(context.instance.all("errorstats"), "error", "MISCONF");
    const Row* before = last_until(counted, context.window.baseline_end);
    auto refusals = refused.empty() ? 0 : base::integer_at(refused.front()->row, "count");
    if (const auto usual = before != nullptr ? base::integer_at(before->row, "count") : 0;
        usual <= refusals)
        refusals -= usual;
    if (refusals > 0)
        evidence.push_back(context.evidence.add_rows(
            "error replies of " + context.instance.name(), refused, {"error", "count"},
            before == nullptr ? Json::object()
                              : Json{{"refused", refusals},
                                     {"countedFrom", base::format_rfc3339(before->time)}}));

    Fault fault;
    fault.kind = "persistence_fails";
    fault.cause_class = "persistence_fails";
    fault.statement =
        fmt::format("{} cannot save to disk: {}", context.instance.name(), what_failed(now));
    if (text(now, "rdb_last_bgsave_status") == "err")
        fault.statement += fmt::format(", {} changes are not in a snapshot", unsaved);
    if (refusals > 0)
        fault.statement += before == nullptr
                               ? fmt::format("; it refuses writes (MISCONF, {} so far)", refusals)
                               : fmt::format("; it refuses writes (MISCONF, {} since {})", refusals,
                                             base::format_clock(before->time));
    fault.statement += ".";
    fault.brief = "Saving to disk begins to fail.";
    fault.evidence = evidence;
    fault.aspect = refusals > 0 ? Aspect::Errors : Aspect::Saturation;
    fault.harm = refusals > 0 ? 1 : 0.3;
    fault.onset = time_of(since);
    fault.overturned_by = {
        "If the last save and the last write to the log are said to be ok, the disk is well again.",
        "redis-cli INFO persistence"};
    fault.recommendations.push_back(
        {"Look at the disk of its dir (full, read-only, rights) and at its log; after the repair "
         "save once by hand.",
         "redis-cli BGSAVE", true, evidence});
    add_fault(context, now, std::move(fault));
}

void replication_broken(Context& context) {
    const RowList& info = context.instance.all("info");
    if (info.empty() || !lost_master(*info.back())) return;
    const Row& now = *info.back();
    const Row* since = turned(info, lost_master);
    const std::string master =
        fmt::format("{}:{}", text(now, "master_host"), base::integer_at(now.row, "master_port"));
    const std::string evidence =
        context.evidence.add_rows("replication of " + context.instance.name(), info,
                                  {"role", "master_host", "master_port", "master_link_status",
                                   "master_link_down_s", "master_sync_in_progress"},
                                  {{"master", master}});
    Fault fault;
    fault.kind = "replication_broken";
    fault.cause_class = "replication_broken";
    fault.statement =
        fmt::format("Replica {} has lost its master {}", context.instance.name(), master);
    if (const auto down = base::integer_at(now.row, "master_link_down_s", -1); down >= 0)
        fault.statement += fmt::format(" for {} s", down);
    fault.statement += base::flag_at(now.row, "master_sync_in_progress")
                           ? " and is copying everything anew."
                           : ": its readers see old data.";
    fault.brief = fmt::format("{} loses its master.", context.instance.name());
    fault.evidence = {evidence};
    fault.aspect = Aspect::Availability;
    fault.harm = 0.6;
    fault.onset = time_of(since);
    fault.overturned_by = {"If the link is up again, the replica has caught up or is copying.",
                           "redis-cli INFO replication"};
    fault.recommendations.push_back(
        {fmt::format("Is {} up and reachable from the replica? Look at masterauth, the network "
                     "and the replica's log.",
                     master),
         "redis-cli INFO replication",
         false,
         {evidence}});
    add_fault(context, now, std::move(fault));
}

void redis_replica_lags(Context& context) {
    std::map<std::string, RowList> history;
    for (const Row* row : context.instance.all("replicas"))
        history[text(*row, "address")].push_back(row);
    const auto behind = [](const Row& row) {
        // lag_s counts from the last acknowledgement; replicas send one every second.
        return number(row, "lag_bytes") >= kReplicaFarBehind ||
               number(row, "lag_s") >= kReplicaSilent;
    };
    for (const Row* now : context.instance.standing("replicas", "info")) {
        const RowList& rows = history[text(*now, "address")];
        const Row* since = turned(rows, behind);
        if (!behind(*now) || as_usual(rows, context.window, behind)) continue;
        const double lag = number(*now, "lag_bytes");
        const auto seconds = base::integer_at(now->row, "lag_s");
        const std::string evidence = context.evidence.add_rows(
            fmt::format("replica {} of {}", text(*now, "address"), context.instance.name()), rows,
            {"address", "state", "lag_s", "lag_bytes"}, {{"behind", bytes(lag)}});
        Fault fault;
        fault.kind = "replication_lag";
        fault.cause_class = "replication_lag";
        fault.statement =
            fmt::format("Replica {} of {} is {} behind and last spoke {} s ago.",
                        text(*now, "address"), context.instance.name(), bytes(lag), seconds);
        fault.brief = fmt::format("Replica {} falls behind.", text(*now, "address"));
        fault.evidence = {evidence};
        fault.aspect = Aspect::Latency;
        fault.harm = 0.5;
        fault.onset = time_of(since);
        fault.overturned_by = {"If nobody reads from the replica, its lag hurts nobody yet.",
                               "redis-cli INFO replication"};
        fault.recommendations.push_back(
            {"Look at the replica: its load, its network, a command that blocks it.",
             "redis-cli SLOWLOG GET 10",
             false,
             {evidence}});
        add_fault(context, *now, std::move(fault));
    }
}

void cluster_down(Context& context) {
    const RowList present = context.instance.standing("cluster", "info");
    if (present.empty() || text(*present.front(), "state") != "fail") return;
    const Row& now = *present.front();
    // One slot without a master is enough for the whole cluster to refuse
    // (cluster-require-full-coverage, on by default).
    const auto served = base::integer_at(now.row, "slots_ok");
    std::vector<std::string> evidence{
        context.evidence.add_rows("cluster as " + context.instance.name() + " sees it", present,
                                  {"state", "slots_assigned", "slots_ok", "slots_pfail",
                                   "slots_fail", "known_nodes", "size"})};
    RowList failed;
    for (const Row* node : context.instance.standing("cluster_nodes", "info"))
        if (text(*node, "failure") != "none") failed.push_back(node);
    Fault fault;
    fault.kind = "cluster_down";
    fault.cause_class = "cluster_down";
    fault.statement = fmt::format("The cluster of {} is down: {} slots are served",
                                  context.instance.name(), served);
    if (!failed.empty()) {
        evidence.push_back(
            context.evidence.add_rows("failed nodes seen by " + context.instance.name(), failed,
                                      {"address", "role", "failure", "link", "slots"}));
        fault.statement +=
            fmt::format("; node {} is failing ({})", text(*failed.front(), "address"),
                        text(*failed.front(), "failure"));
    }
    fault.statement += ".";
    fault.brief = "The cluster goes down.";
    fault.evidence = evidence;
    fault.aspect = Aspect::Availability;
    fault.harm = 1;
    fault.overturned_by = {
        "If the members that are called failing say that the cluster is ok, only the way to them "
        "is "
        "cut.",
        failed.empty() ? std::string("redis-cli CLUSTER INFO")
                       : fmt::format("redis-cli -u {} CLUSTER INFO",
                                     command::word("redis://" + text(*failed.front(), "address")))};
    fault.recommendations.push_back(
        {"Bring the failed masters back or let a replica take over; assign slots that nobody has.",
         "redis-cli CLUSTER NODES", false, evidence});
    add_fault(context, now, std::move(fault));
}

}  // namespace insight::analysis::databases
