// A statement that begins to take most of the server's time, whether it is one slow report or a
// quick query that is called too often: pg_stat_statements adds up how long statements took.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "analysis/databases/ledger.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kHalfASession = 0.5;  // at work all the time
constexpr double kSlowedDown = 3;      // times the mean of before

// Each user's calls are counted by themselves.
std::string statement_of(const Row& row) {
    return text(row, "queryid") + " " + text(row, "user");
}

double seconds_of(const Row& row) {
    return number(row, "total_exec_time_ms") / 1000;
}

// What we and other watchers run as the same role is not what the service runs.
std::set<std::string> watched_with(const Instance& instance) {
    const RowList server = instance.present("server");
    const std::string watcher = server.empty() ? "" : text(*server.front(), "user");
    std::set<std::string> out;
    for (const Row* row : instance.all("statements"))
        if (!watcher.empty() && text(*row, "user") == watcher) out.insert(statement_of(*row));
    return out;
}

double mean_ms(const Row& earlier, const Row& later) {
    const double calls = number(later, "calls") - number(earlier, "calls");
    const double spent =
        number(later, "total_exec_time_ms") - number(earlier, "total_exec_time_ms");
    return calls > 0 ? spent / calls : 0;
}

// Does the same call take longer than it used to? Then it may be the victim.
bool slowed_down(const Ledger& ledger, const HeavyWork& heavy) {
    const Row* first = ledger.row(heavy.work, ledger.times().front());
    const Row* turn = ledger.row(heavy.work, heavy.from);
    const Row* now = ledger.row(heavy.work, ledger.times().back());
    if (first == nullptr || turn == nullptr || now == nullptr) return false;
    const double before = mean_ms(*first, *turn);
    return before > 0 && mean_ms(*turn, *now) >= kSlowedDown * before;
}

// Sessions at work on it now. query_id: from version 14 on.
RowList sessions_at(const Instance& instance, const Row& statement) {
    RowList out;
    for (const Row* session : instance.standing("activity", "server"))
        if (text(*session, "query_id") == text(statement, "queryid") &&
            text(*session, "user") == text(statement, "user"))
            out.push_back(session);
    return out;
}

// Who waits for another's lock takes no time of the server's: that other one does.
bool waits_for_locks(const RowList& sessions) {
    const auto waiting = std::count_if(sessions.begin(), sessions.end(), [](const Row* session) {
        return text(*session, "wait_event_type") == "Lock";
    });
    return 2 * waiting > static_cast<std::ptrdiff_t>(sessions.size());
}

std::string runners(const RowList& sessions, const Row& statement) {
    std::set<std::string> names;
    for (const Row* session : sessions)
        if (const std::string name = text(*session, "application_name"); !name.empty())
            names.insert(name);
    return names.empty() ? "user " + text(statement, "user")
                         : fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

void heavy_statement(Context& context) {
    const Instance& instance = context.instance;
    const RowList& rows = instance.all("statements");
    const Ledger ledger(rows, {statement_of, seconds_of});
    const auto heavy = newly_heavy(ledger, context.window, kHalfASession, watched_with(instance));
    if (!heavy || slowed_down(ledger, *heavy)) return;

    RowList readings;
    for (const Row* row : rows)
        if (statement_of(*row) == heavy->work) readings.push_back(row);
    const Row& now = *readings.back();
    const RowList sessions = sessions_at(instance, now);
    if (waits_for_locks(sessions)) return;
    const std::string after = base::format_number(heavy->after);
    const std::string before = base::format_number(heavy->before);
    const long share = std::lround(100 * heavy->share);
    Fault fault;
    fault.kind = fault.cause_class = "heavy_statement";
    fault.level = model::Level::Code;
    fault.evidence = {context.evidence.add_rows(
        "statement of " + instance.name() + " over time", readings,
        {"queryid", "user", "calls", "total_exec_time_ms", "mean_ms", "rows", "query"},
        {{"sessionsAtWorkBefore", before},
         {"sessionsAtWorkNow", after},
         {"percentOfAllStatements", share},
         {"notYetAt", base::format_rfc3339(heavy->from)}})};
    if (!sessions.empty())
        fault.evidence.push_back(context.evidence.add_rows(
            "who runs it on " + instance.name(), sessions,
            {"pid", "application_name", "user", "state", "wait_event", "query_age_s", "query"}));
    const std::string query = base::shorten(text(now, "query"), 160);
    const std::string who = runners(sessions, now);
    fault.statement = fmt::format(
        "`{}` of {} keeps {} sessions of {} at work on average since {}, before {}: {} % of the "
        "time of all statements.",
        query, who, after, instance.name(), base::format_clock(heavy->from), before, share);
    fault.brief = fmt::format("`{}` begins to take most of the time.", base::shorten(query, 80));
    fault.aspect = Aspect::Load;
    // Less than one session hurts others only where it holds or floods what they need.
    fault.harm = heavy->after >= 1 ? 0.8 : 0.5;
    fault.onset = heavy->from;
    fault.overturned_by = {
        "If the others stay as slow once it is stopped, they wait for something else.",
        command::psql(fmt::format("SELECT pid, application_name, now() - query_start AS age, query "
                                  "FROM pg_stat_activity WHERE state = 'active' AND usename = {}",
                                  command::sql_text(text(now, "user"))))};
    fault.recommendations.push_back(
        {fmt::format("Ask who runs {} whether this statement can wait, or run on a replica.", who),
         "", false, fault.evidence});
    if (!sessions.empty())
        fault.recommendations.push_back(
            {"End its calls that run now; a client that calls it again brings it back.",
             command::psql(fmt::format(
                 "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query_id::text = {}",
                 command::sql_text(text(now, "queryid")))),
             true, fault.evidence});
    add_fault(context, now, std::move(fault));
}

}  // namespace insight::analysis::databases
