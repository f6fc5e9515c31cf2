// Replication that does not keep up. A standby behind its primary gives old answers; a slot that
// nobody reads keeps WAL until the disk is full (documentation: replication slots, max_wal_size).
#include <fmt/format.h>

#include <map>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "analysis/databases/words.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kSegment = 16.0 * (1 << 20);  // one WAL segment: less is under way at any time
constexpr double kStandbyFarBehind = 256.0 * (1 << 20);  // no write burst explains this much
constexpr double kStandbyLongBehind = 10;                // seconds
constexpr double kCommitTooLong = 1;                     // second: no network is this far

using base::Json;

std::string standby_name(const Row& row) {
    const std::string name = text(row, "application_name");
    const std::string place = text(row, "client_addr");
    return place.empty() ? name : fmt::format("{} at {}", name, place);
}

void add_lag(Context& context, const Row& now, const RowList& history) {
    // Bytes, not an age: while a primary is idle, its last transaction grows old on a standby that
    // misses nothing.
    const auto behind = [](const Row& row) { return number(row, "lag_bytes") >= kSegment; };
    const Row* since = turned(history, behind);
    if (!behind(now) || as_usual(history, context.window, behind)) return;
    const double lag = number(now, "lag_bytes");
    // Null while nothing is written: an idle primary has no lag in time.
    const double seconds = number(now, "replay_lag_s");
    const bool stays = since != nullptr && since != history.back();
    if (!stays && seconds < kStandbyLongBehind && lag < kStandbyFarBehind) return;

    const std::string sync = text(now, "sync_state");
    const bool waited_for = sync == "sync" || sync == "quorum";
    const std::string evidence = context.evidence.add_rows(
        fmt::format("standby {} of {}", standby_name(now), context.instance.name()), history,
        {"application_name", "client_addr", "state", "sync_state", "unsent_bytes", "lag_bytes",
         "replay_lag_s"},
        {{"notReplayed", bytes(lag)}});
    Fault fault;
    fault.kind = "replication_lag";
    fault.cause_class = "replication_lag";
    fault.statement = fmt::format("Standby {} of {} has not replayed {} of WAL", standby_name(now),
                                  context.instance.name(), bytes(lag));
    if (since != nullptr)
        fault.statement += fmt::format(", behind since {}", base::format_clock(since->time));
    if (waited_for) fault.statement += fmt::format("; commits wait for it (sync_state {})", sync);
    fault.statement += ".";
    fault.brief = fmt::format("Standby {} falls behind.", standby_name(now));
    fault.evidence = {evidence};
    fault.aspect = waited_for ? Aspect::Waiting : Aspect::Latency;
    fault.harm = waited_for ? 1 : 0.5;
    fault.onset = time_of(since);
    fault.overturned_by = {
        "If nobody reads from the standby and no commit waits for it, its lag hurts nobody.",
        "psql -c \"SELECT application_name, state, sync_state, replay_lag FROM "
        "pg_stat_replication\""};
    fault.recommendations.push_back(
        {"Look at the standby: is its replay paused, its disk slow, or does a long query hold it "
         "back?",
         "psql -c \"SELECT pg_is_wal_replay_paused(), pg_last_xact_replay_timestamp()\"",
         false,
         {evidence}});
    add_fault(context, now, std::move(fault));
}

}  // namespace

void replica_lags(Context& context) {
    std::map<std::string, RowList> history;
    for (const Row* row : context.instance.all("replication"))
        history[standby_name(*row)].push_back(row);
    for (const Row* now : context.instance.standing("replication", "server"))
        add_lag(context, *now, history[standby_name(*now)]);
}

void commits_wait_for_standby(Context& context) {
    RowList waiting;
    double longest = 0;
    for (const Row* session : context.instance.standing("activity", "server"))
        if (text(*session, "wait_event") == "SyncRep") {
            waiting.push_back(session);
            longest = std::max(longest, number(*session, "query_age_s"));
        }
    if (longest < kCommitTooLong) return;
    const RowList standbys = context.instance.standing("replication", "server");
    const bool any = std::any_of(standbys.begin(), standbys.end(), [](const Row* one) {
        const std::string state = text(*one, "sync_state");
        return state == "sync" || state == "quorum";
    });
    Fault fault;
    fault.kind = fault.cause_class = any ? "replication_lag" : "replication_broken";
    fault.level = model::Level::Config;
    fault.statement =
        fmt::format("{} {} of {} {} with {} commit for a synchronous standby, the longest for {}",
                    waiting.size(), waiting.size() == 1 ? "session" : "sessions",
                    context.instance.name(), waiting.size() == 1 ? "waits" : "wait",
                    waiting.size() == 1 ? "its" : "their", duration(longest));
    fault.evidence = {context.evidence.add_rows(
        "commits that wait on " + context.instance.name(), waiting,
        {"pid", "application_name", "wait_event", "query_age_s", "xact_age_s", "query"},
        {{"waiting", waiting.size()}, {"longest", duration(longest)}})};
    const RowList named =
        where(context.instance.standing("settings", "server"), "name", "synchronous_standby_names");
    if (!named.empty()) {
        fault.evidence.push_back(context.evidence.add_rows("standbys that commits wait for", named,
                                                           {"name", "value", "source"}));
        fault.statement +=
            fmt::format("; synchronous_standby_names is `{}`", text(*named.front(), "value"));
    }
    if (!any) fault.statement += ", and no such standby is connected";
    fault.statement += ".";
    fault.brief = "Commits begin to wait for a standby.";
    fault.aspect = Aspect::Waiting;
    fault.harm = 1;
    fault.onset = waiting.front()->time - base::from_seconds(longest);
    fault.overturned_by = {
        "If commits of sessions with synchronous_commit = local are as slow, the primary itself "
        "is.",
        "psql -c \"SELECT application_name, state, sync_state FROM pg_stat_replication\""};
    fault.recommendations.push_back(
        {"Bring the standby back, or take it out of synchronous_standby_names: until then a "
         "commit is not copied anywhere.",
         "psql -c \"ALTER SYSTEM SET synchronous_standby_names = ''\" -c \"SELECT "
         "pg_reload_conf()\"",
         true, fault.evidence});
    add_fault(context, *waiting.front(), std::move(fault));
}

void standby_stands_still(Context& context) {
    const RowList& history = context.instance.all("standby");
    const RowList present = context.instance.standing("standby", "server");
    if (present.empty()) return;
    const Row& now = *present.front();
    const bool paused = base::flag_at(now.row, "replay_paused");
    const bool cut = !base::flag_at(now.row, "receiving");
    const auto still = [](const Row& row) {
        return base::flag_at(row.row, "replay_paused") || !base::flag_at(row.row, "receiving");
    };
    const double lag = number(now, "replay_lag_bytes");
    // a standby that is always behind on purpose is no news
    const Row* since = turned(history, still);
    if ((!paused && !cut) || as_usual(history, context.window, still)) return;
    // A paused replay that misses nothing gives no old answers.
    if (paused && !cut && lag <= 0) return;

    const std::string evidence =
        context.evidence.add_rows("replication as " + context.instance.name() + " sees it", history,
                                  {"receiving", "receiver_status", "replay_paused",
                                   "replay_lag_bytes", "replay_age_s", "message_age_s"},
                                  {{"notReplayed", bytes(lag)}});
    Fault fault;
    fault.kind = cut ? "replication_broken" : "replication_lag";
    fault.cause_class = fault.kind;
    fault.level = cut ? model::Level::Infrastructure : model::Level::Config;
    fault.statement =
        cut ? fmt::format("Standby {} receives nothing from its primary", context.instance.name())
            : fmt::format("Replay on standby {} is paused with {} of WAL waiting",
                          context.instance.name(), bytes(lag));
    if (since != nullptr)
        fault.statement += fmt::format(", since {}", base::format_clock(since->time));
    fault.statement += ": its readers see old data.";
    fault.brief = cut ? "The standby loses its primary." : "Replay on the standby is paused.";
    fault.evidence = {evidence};
    fault.aspect = cut ? Aspect::Availability : Aspect::Latency;
    fault.harm = 0.6;
    fault.onset = time_of(since);
    fault.overturned_by = {
        "If the standby is delayed on purpose and nobody reads from it, this is "
        "as it should be.",
        "psql -c \"SELECT * FROM pg_stat_wal_receiver\""};
    fault.recommendations.push_back(
        cut ? model::Recommendation{"Look at the standby's log and at the way to its primary: "
                                    "address, password, pg_hba.conf, slot.",
                                    "psql -c \"SELECT status FROM pg_stat_wal_receiver\"",
                                    false,
                                    {evidence}}
            : model::Recommendation{"Let the standby replay again once its pause is no longer "
                                    "needed.",
                                    "psql -c \"SELECT pg_wal_replay_resume()\"",
                                    true,
                                    {evidence}});
    add_fault(context, now, std::move(fault));
}

void slot_retains_wal(Context& context) {
    const RowList wal = context.instance.standing("wal", "server");
    // Checkpoints keep WAL below max_wal_size by themselves: what a slot keeps beyond it is its
    // doing.
    const double limit = wal.empty() ? 0 : number(*wal.front(), "max_wal_size_bytes");
    for (const Row* slot : context.instance.standing("slots", "server")) {
        const double kept = number(*slot, "retained_bytes");
        const std::string name = text(*slot, "slot");
        const std::string status = text(*slot, "wal_status");
        // Known from version 13 on; most often max_slot_wal_keep_size took the WAL away.
        const bool lost = status == "lost";
        const bool hoards = !base::flag_at(slot->row, "active") && limit > 0 && kept > limit;
        if (!lost && !hoards) continue;
        std::vector<std::string> evidence{context.evidence.add_rows(
            fmt::format("slot {} of {}", name, context.instance.name()),
            where(context.instance.all("slots"), "slot", name),
            {"slot", "type", "active", "wal_status", "retained_bytes", "safe_wal_size_bytes"},
            {{"retained", bytes(kept)}})};
        if (!wal.empty())
            evidence.push_back(context.evidence.add_rows(
                "pg_wal of " + context.instance.name(), wal,
                {"files", "size_bytes", "max_wal_size_bytes"}, {{"limit", bytes(limit)}}));
        Fault fault;
        fault.kind = lost ? "replication_broken" : "wal_retention";
        fault.cause_class = fault.kind;
        fault.level = model::Level::Config;
        fault.statement =
            lost ? fmt::format(
                       "Slot {} of {} has lost WAL that its reader needs (wal_status {}): "
                       "the reader must be built anew.",
                       name, context.instance.name(), status)
                 : fmt::format(
                       "Slot {} of {} has no reader and keeps {} of WAL, beyond "
                       "max_wal_size ({}): the disk will fill up.",
                       name, context.instance.name(), bytes(kept), bytes(limit));
        fault.brief = fmt::format("Slot {} keeps WAL that nobody reads.", name);
        fault.evidence = evidence;
        fault.aspect = lost ? Aspect::Availability : Aspect::Saturation;
        fault.harm = lost ? 0.6 : 0.3;
        fault.overturned_by = {
            "If the slot's reader comes back and reads, the WAL is given up by itself.",
            command::psql("SELECT slot_name, active, wal_status, restart_lsn FROM "
                          "pg_replication_slots WHERE slot_name = " +
                          command::sql_text(name))};
        fault.recommendations.push_back(
            {fmt::format("Start the reader of slot {} again, or drop the slot if it is gone for "
                         "good.",
                         name),
             command::psql(
                 fmt::format("SELECT pg_drop_replication_slot({})", command::sql_text(name))),
             true, evidence});
        add_fault(context, *slot, std::move(fault));
    }
}

}  // namespace insight::analysis::databases
