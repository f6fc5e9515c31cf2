// A statement that begins to take most of the server's time. pg_stat_statements adds up how long
// statements took: growth per second is how many sessions are at work on it on average (Little's
// law), whether it is one slow report or a quick query that is called too often.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/fault.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kNoticeable = 0.5;  // sessions: half of one at work all the time
constexpr double kHeavier = 3;       // times what it took before
constexpr double kMostOfIt = 0.5;    // of what all statements take more than before
constexpr std::size_t kListed = 50;  // statements of one reading; fewer are all there are

// Seconds spent on each statement since the last reset, reading by reading.
class Ledger {
  public:
    explicit Ledger(const RowList& rows) {
        for (const Row* row : rows) {
            Reading& reading = readings_[row->time];
            reading.least =
                reading.rows.empty() ? spent(*row) : std::min(reading.least, spent(*row));
            reading.rows.emplace(key(*row), row);
        }
        for (const auto& [time, reading] : readings_) times_.push_back(time);
    }

    using Key = std::pair<std::string, std::string>;  // each user's calls are counted by themselves
    static Key key(const Row& row) { return {text(row, "queryid"), text(row, "user")}; }

    [[nodiscard]] const std::vector<model::Nanos>& times() const { return times_; }
    [[nodiscard]] const Row* row(const Key& statement, model::Nanos time) const {
        const auto& rows = readings_.at(time).rows;
        const auto it = rows.find(statement);
        return it == rows.end() ? nullptr : it->second;
    }

    // Sessions at work on it on average between two readings; negative where it was reset.
    [[nodiscard]] double load(const Key& statement, model::Nanos from, model::Nanos to) const {
        return (total(statement, to) - total(statement, from)) / base::to_seconds(to - from);
    }

  private:
    struct Reading {
        std::map<Key, const Row*> rows;
        double least = 0;
    };

    static double spent(const Row& row) { return number(row, "total_exec_time_ms") / 1000; }

    // Of a statement that is not listed at most what the last one on a full list took.
    [[nodiscard]] double total(const Key& statement, model::Nanos time) const {
        if (const Row* found = row(statement, time)) return spent(*found);
        const Reading& reading = readings_.at(time);
        return reading.rows.size() < kListed ? 0 : reading.least;
    }

    std::map<model::Nanos, Reading> readings_;
    std::vector<model::Nanos> times_;  // ascending
};

struct Work {
    Ledger::Key statement;
    double before = 0;
    double after = 0;
    double share = 0;       // of what all statements take now
    model::Nanos from = 0;  // the reading before it began
    const Row* now = nullptr;
};

// The reading after which it was at work as much as it is now.
model::Nanos beginning_of(const Ledger& ledger, const Work& work, std::size_t first) {
    const std::vector<model::Nanos>& times = ledger.times();
    for (std::size_t i = first; i + 1 < times.size(); ++i)
        if (ledger.load(work.statement, times[i], times[i + 1]) >=
            std::max(kNoticeable, kHeavier * work.before))
            return times[i];
    return times[first];
}

// What took most of the growth, where anything did.
std::optional<Work> newly_heavy(const Context& context, const Ledger& ledger) {
    const std::vector<model::Nanos>& times = ledger.times();
    const auto in_window =
        std::upper_bound(times.begin(), times.end(), context.window.baseline_end);
    // Two readings of before, for a pace; one since.
    if (in_window - times.begin() < 2 || in_window == times.end()) return std::nullopt;
    const auto turn = static_cast<std::size_t>(in_window - times.begin()) - 1;
    const RowList server = context.instance.present("server");
    const std::string watcher = server.empty() ? "" : text(*server.front(), "user");
    std::optional<Work> most;
    double growth = 0;
    double all = 0;
    for (const Row* row : context.instance.present("statements")) {
        Work work{.statement = Ledger::key(*row), .now = row};
        work.before = ledger.load(work.statement, times.front(), times[turn]);
        work.after = ledger.load(work.statement, times[turn], times.back());
        if (work.before < 0 || work.after < 0) continue;
        all += work.after;
        if (work.after > work.before) growth += work.after - work.before;
        if (!watcher.empty() && text(*row, "user") == watcher) continue;
        if (!most || work.after - work.before > most->after - most->before) most = work;
    }
    if (!most || most->after - most->before < kMostOfIt * growth) return std::nullopt;
    most->share = all > 0 ? most->after / all : 0;
    most->from = beginning_of(ledger, *most, turn);
    most->after = ledger.load(most->statement, most->from, times.back());
    if (most->after < kNoticeable || most->after < kHeavier * most->before) return std::nullopt;
    return most;
}

// Does the same call take longer than it used to? Then it may be the victim.
bool slowed_down(const Ledger& ledger, const Work& work) {
    const Row* first = ledger.row(work.statement, ledger.times().front());
    const Row* turn = ledger.row(work.statement, work.from);
    if (first == nullptr || turn == nullptr) return false;
    const auto mean = [](const Row& earlier, const Row& later) {
        const double calls = number(later, "calls") - number(earlier, "calls");
        return calls <= 0
                   ? 0
                   : (number(later, "total_exec_time_ms") - number(earlier, "total_exec_time_ms")) /
                         calls;
    };
    const double before = mean(*first, *turn);
    return before > 0 && mean(*turn, *work.now) >= kHeavier * before;
}

// Clients at work on it now. query_id: from version 14 on.
std::set<std::string> clients_at_work(const Instance& instance, const Work& work,
                                      RowList& sessions) {
    std::set<std::string> clients;
    for (const Row* session : instance.standing("activity", "server")) {
        if (text(*session, "query_id") != work.statement.first ||
            text(*session, "user") != work.statement.second)
            continue;
        sessions.push_back(session);
        if (const std::string name = text(*session, "application_name"); !name.empty())
            clients.insert(name);
    }
    return clients;
}

}  // namespace

void heavy_statement(Context& context) {
    const RowList& rows = context.instance.all("statements");
    if (rows.empty()) return;
    const Ledger ledger(rows);
    const std::optional<Work> work = newly_heavy(context, ledger);
    if (!work || slowed_down(ledger, *work)) return;

    RowList readings;
    for (const Row* row : rows)
        if (Ledger::key(*row) == work->statement) readings.push_back(row);
    const std::string after = base::format_number(work->after);
    const std::string before = base::format_number(work->before);
    const int share = static_cast<int>(std::lround(100 * work->share));
    Fault fault;
    fault.kind = fault.cause_class = "heavy_statement";
    fault.level = model::Level::Code;
    fault.evidence = {context.evidence.add_rows(
        "statement of " + context.instance.name() + " over time", readings,
        {"queryid", "user", "calls", "total_exec_time_ms", "mean_ms", "rows", "query"},
        {{"sessionsAtWorkBefore", before},
         {"sessionsAtWorkNow", after},
         {"percentOfAllStatements", share},
         {"notYetAt", base::format_rfc3339(work->from)}})};
    RowList sessions;
    const std::set<std::string> clients = clients_at_work(context.instance, *work, sessions);
    if (!sessions.empty())
        fault.evidence.push_back(context.evidence.add_rows(
            "who runs it on " + context.instance.name(), sessions,
            {"pid", "application_name", "user", "state", "wait_event", "query_age_s", "query"}));
    const std::string query = base::shorten(text(*work->now, "query"), 160);
    const std::string who = clients.empty() ? "user " + work->statement.second
                                            : fmt::format("{}", fmt::join(clients, ", "));
    fault.statement = fmt::format(
        "`{}` of {} keeps {} sessions of {} at work on average since {}, before {}: {} % of the "
        "time of all statements.",
        query, who, after, context.instance.name(), base::format_clock(work->from), before, share);
    fault.brief = fmt::format("`{}` begins to take most of the time.", base::shorten(query, 80));
    fault.aspect = Aspect::Load;
    fault.harm = 0.8;
    fault.onset = work->from;
    fault.overturned_by = {
        "If the others stay as slow once it is stopped, they wait for something else.",
        command::psql(fmt::format("SELECT pid, application_name, now() - query_start AS age, query "
                                  "FROM pg_stat_activity WHERE state = 'active' AND usename = {}",
                                  command::sql_text(work->statement.second)))};
    fault.recommendations.push_back(
        {fmt::format("Ask who runs {} whether this statement can wait, or run on a replica.", who),
         "", false, fault.evidence});
    if (!sessions.empty())
        fault.recommendations.push_back(
            {"End its calls that run now; a client that calls it again brings it back.",
             command::psql(fmt::format(
                 "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query_id = {}",
                 work->statement.first)),
             true, fault.evidence});
    add_fault(context, *work->now, std::move(fault));
}

}  // namespace insight::analysis::databases
