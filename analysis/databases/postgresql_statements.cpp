// Statements and tables compared with how they were: pg_stat_statements and pg_stat_user_tables
// count since their last reset, so two readings give what happened in between.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "analysis/command.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kSlower = 3.0;  // times the earlier mean: beyond what load alone usually does
constexpr double kNoticeableMean = 1.0;  // milliseconds of mean; faster statements hurt nobody
// Sessions kept longer than before, on average: a watcher's query that is a millisecond late once
// in five seconds on a busy machine hurts nobody.
constexpr double kNoticeableWait = 0.005;
constexpr double kFullReads = 3.0;  // times the earlier rows read sequentially
constexpr double kMinCalls = 5;     // on both sides, or a mean says nothing

using base::Json;

struct Pace {
    double mean_ms = 0;
    double calls = 0;
    double calls_per_second = 0;
};

Pace pace(const Row& earlier, const Row& later) {
    const double calls = number(later, "calls") - number(earlier, "calls");
    const double spent =
        number(later, "total_exec_time_ms") - number(earlier, "total_exec_time_ms");
    const double seconds = base::to_seconds(later.time - earlier.time);
    // A reset in between makes the counters fall.
    if (calls <= 0 || spent < 0 || seconds <= 0) return {};
    return {spent / calls, calls, calls / seconds};
}

// Seconds waited longer per second (Little's law).
double extra_wait(const Pace& before, const Pace& after) {
    return (after.mean_ms - before.mean_ms) / 1000 * after.calls_per_second;
}

struct Slowdown {
    RowList rows;  // the statement's readings, ascending
    std::string query;
    Pace before, after;
    model::Nanos since = 0;  // the first reading that is all after the turn
};

// Two neighbouring readings; something turned between them.
struct Turn {
    const Row* from = nullptr;
    const Row* to = nullptr;
};

// The first readings behind `known` between which the statement was slow already; `known` where
// none were. What it took before that would make it look faster than it is.
Turn first_slow(const RowList& rows, const Turn& known) {
    const double usual = pace(*rows.front(), *known.from).mean_ms;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i]->time <= known.from->time) continue;
        const Pace between = pace(*rows[i - 1], *rows[i]);
        if (between.calls < 1 || between.mean_ms < kNoticeableMean ||
            between.mean_ms < kSlower * usual)
            continue;
        const bool enough_later = pace(*rows[i], *rows.back()).calls >= kMinCalls;
        return {rows[i - 1], enough_later ? rows[i] : rows[i - 1]};
    }
    return known;
}

// Statements that became slower between two moments, the one that costs most now first.
std::vector<Slowdown> slowdowns(const Instance& instance, model::Nanos turn_from,
                                model::Nanos turn_to) {
    // What we and other watchers run as the same role is not what the service runs.
    const RowList server = instance.present("server");
    const std::string watcher = server.empty() ? "" : text(*server.front(), "user");
    // Each user's calls are counted by themselves.
    std::map<std::pair<std::string, std::string>, RowList> by_statement;
    for (const Row* row : instance.all("statements"))
        by_statement[{text(*row, "queryid"), text(*row, "user")}].push_back(row);
    std::vector<Slowdown> found;
    for (auto& [statement, rows] : by_statement) {
        // Called by people and from within functions it has two rows that nothing tells apart.
        if (std::adjacent_find(rows.begin(), rows.end(), [](const Row* a, const Row* b) {
                return a->time == b->time;
            }) != rows.end())
            continue;
        Turn turn{last_until(rows, turn_from), first_from(rows, turn_to)};
        // Two readings before the turn are needed for a pace of before.
        if (turn.from == nullptr || turn.to == nullptr || turn.from == rows.front()) continue;
        turn = first_slow(rows, turn);
        Slowdown slow{rows, text(*rows.back(), "query"), pace(*rows.front(), *turn.from),
                      pace(*turn.to, *rows.back()), turn.to->time};
        if (text(*rows.back(), "user") == watcher && !watcher.empty()) continue;
        if (slow.before.calls < kMinCalls || slow.after.calls < kMinCalls) continue;
        if (slow.after.mean_ms < kNoticeableMean ||
            slow.after.mean_ms < kSlower * slow.before.mean_ms ||
            extra_wait(slow.before, slow.after) < kNoticeableWait)
            continue;
        found.push_back(std::move(slow));
    }
    std::stable_sort(found.begin(), found.end(), [](const Slowdown& a, const Slowdown& b) {
        return a.after.mean_ms * a.after.calls > b.after.mean_ms * b.after.calls;
    });
    return found;
}

std::string milliseconds(double value) {
    return base::format_quantity(value / 1000, "s");
}

std::string cite(Context& context, const Slowdown& slow) {
    return context.evidence.add_rows(
        "statement of " + context.instance.name() + " over time", slow.rows,
        {"queryid", "calls", "total_exec_time_ms", "mean_ms", "rows", "query"},
        {{"meanBefore", milliseconds(slow.before.mean_ms)},
         {"meanAfter", milliseconds(slow.after.mean_ms)},
         {"callsAfter", slow.after.calls}});
}

std::string describe(const Slowdown& slow) {
    return fmt::format("`{}` takes {} on average, before {}", base::shorten(slow.query, 160),
                       milliseconds(slow.after.mean_ms), milliseconds(slow.before.mean_ms));
}

// Does a statement name this table, and none that only begins or ends like it?
bool names_table(std::string_view query, std::string_view table) {
    const auto of_name = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$';
    };
    for (std::size_t at = query.find(table); at != std::string_view::npos;
         at = query.find(table, at + 1)) {
        const std::size_t end = at + table.size();
        if ((at == 0 || !of_name(query[at - 1])) && (end == query.size() || !of_name(query[end])))
            return true;
    }
    return false;
}

struct LostTableIndex {
    std::string index, table, how;
};

std::optional<LostTableIndex> lost_table_index(const model::Change& change,
                                               const std::string& instance) {
    static const re2::RE2 kPattern(R"(index (\S+) on (\S+) (was dropped|became invalid).*)");
    LostTableIndex lost;
    if (change.entity != instance ||
        !re2::RE2::FullMatch(change.summary, kPattern, &lost.index, &lost.table, &lost.how))
        return std::nullopt;
    return lost;
}

// Rows read sequentially per second, before and after a change; evidence when they surged.
struct FullReads {
    double before = 0;
    double after = 0;
    std::string evidence;
};

FullReads full_reads(Context& context, const std::string& table, const model::Change& change) {
    FullReads reads;
    RowList rows;
    for (const Row* row : context.instance.all("tables"))
        if (text(*row, "schema") + "." + text(*row, "table") == table) rows.push_back(row);
    const Row* turned_from = last_until(rows, change.earliest());
    const Row* turned_to = first_from(rows, change.time);
    if (turned_from == nullptr || turned_to == nullptr) return reads;
    reads.before = rate(*rows.front(), *turned_from, "seq_tup_read");
    // The change itself lies between two readings: both sides of it belong to "after" when nothing
    // came later.
    reads.after = std::max(rate(*turned_to, *rows.back(), "seq_tup_read"),
                           rate(*turned_from, *rows.back(), "seq_tup_read"));
    if (reads.after < kFullReads * reads.before || reads.after < 1) return reads;
    reads.evidence = context.evidence.add_rows(
        "reads of " + table, rows, {"table", "seq_scan", "seq_tup_read", "idx_scan", "n_live_tup"},
        {{"rowsPerSecondBefore", base::format_number(reads.before)},
         {"rowsPerSecondAfter", base::format_number(reads.after)}});
    return reads;
}

}  // namespace

void lost_index(Context& context) {
    for (const model::Change& change : context.changes) {
        const auto lost = lost_table_index(change, context.instance.name());
        if (!lost) continue;
        const model::Nanos before = change.earliest();
        std::vector<std::string> evidence{context.evidence.add_change(change)};
        const FullReads reads = full_reads(context, lost->table, change);
        if (!reads.evidence.empty()) evidence.push_back(reads.evidence);
        const std::string bare = lost->table.substr(lost->table.rfind('.') + 1);
        std::optional<Slowdown> slow;
        for (Slowdown& candidate : slowdowns(context.instance, before, change.time))
            if (!slow && names_table(candidate.query, bare)) slow = std::move(candidate);
        if (slow) evidence.push_back(cite(context, *slow));
        // An index nobody missed is a change like any other.
        if (!slow && reads.evidence.empty()) continue;

        std::string statement =
            fmt::format("Index {} on {} {}", lost->index, lost->table, lost->how);
        statement += change.not_before != 0
                         ? fmt::format(" between {} and {}", base::format_clock(change.not_before),
                                       base::format_clock(change.time))
                         : fmt::format(" at {}", base::format_clock(change.time));
        if (!reads.evidence.empty())
            statement += fmt::format(
                "; since then the table is read in full, {} rows per second instead of {}",
                base::format_number(reads.after), base::format_number(reads.before));
        if (slow) statement += "; " + describe(*slow);
        statement += ".";

        Finding finding;
        finding.clue.kind = "lost_index";
        finding.clue.entity = {"database", context.instance.name()};
        finding.clue.statement = statement;
        finding.brief = fmt::format("Index {} on {} {}.", lost->index, lost->table, lost->how);
        finding.clue.strength = slow && !reads.evidence.empty() ? 1 : 0.7;
        finding.clue.onset = before;
        finding.clue.evidence = evidence;
        finding.aspect = Aspect::Latency;
        finding.harm = 1;
        Mechanism mechanism;
        mechanism.cause_class = "missing_index";
        mechanism.level = model::Level::Config;
        mechanism.statement = statement;
        mechanism.directness = slow ? 1 : 0.8;
        mechanism.overturned_by = {
            fmt::format("If {} is back and the statement stays as slow, its loss is not the cause.",
                        lost->index),
            command::psql(fmt::format(
                "SELECT indexdef FROM pg_indexes WHERE schemaname || '.' || tablename = {}",
                command::sql_text(lost->table)))};
        if (!change.before.empty()) {
            std::string definition = change.before;
            for (const std::string_view create : {"CREATE INDEX ", "CREATE UNIQUE INDEX "})
                if (definition.starts_with(create))
                    definition.insert(create.size(), "CONCURRENTLY ");
            mechanism.recommendations.push_back(
                {"Create the index again; CONCURRENTLY does not lock out writers.",
                 command::psql(definition), true, evidence});
        }
        mechanism.recommendations.push_back(
            {"Find out who dropped it: the server's log shows it when log_statement is ddl.",
             "psql -c \"SHOW log_statement\"", false, evidence});
        add_users(context, mechanism);
        finding.mechanism = std::move(mechanism);
        context.findings.push_back(std::move(finding));
    }
}

void slower_statements(Context& context) {
    const std::vector<Slowdown> found =
        slowdowns(context.instance, context.window.baseline_end, context.window.start);
    for (std::size_t i = 0; i < std::min<std::size_t>(found.size(), 3); ++i) {
        const std::string evidence = cite(context, found[i]);
        Finding finding;
        finding.clue.kind = "slower_statement";
        finding.clue.entity = {"database", context.instance.name()};
        finding.clue.statement = fmt::format("Statement {}.", describe(found[i]));
        finding.clue.onset = found[i].since;
        finding.brief = fmt::format(
            "`{}` became slower: {} on average, before {}.", base::shorten(found[i].query, 80),
            milliseconds(found[i].after.mean_ms), milliseconds(found[i].before.mean_ms));
        finding.clue.strength = std::min(
            0.9, 0.3 + 0.05 * found[i].after.mean_ms / std::max(0.1, found[i].before.mean_ms));
        finding.clue.evidence = {evidence};
        finding.aspect = Aspect::Latency;
        finding.harm = 0.6;
        Mechanism mechanism;
        mechanism.cause_class = "slow_statement";
        mechanism.level = model::Level::Code;
        mechanism.statement = finding.clue.statement;
        mechanism.directness = 0.3;
        mechanism.overturned_by = {
            "If it reads no more rows and blocks a call than before, look at waits and load "
            "instead.",
            command::psql(fmt::format("SELECT calls, mean_exec_time, rows, shared_blks_hit, "
                                      "shared_blks_read, query FROM pg_stat_statements WHERE "
                                      "queryid::text = {}",
                                      command::sql_text(text(*found[i].rows.back(), "queryid"))))};
        add_users(context, mechanism);
        finding.mechanism = std::move(mechanism);
        context.findings.push_back(std::move(finding));
    }
}

}  // namespace insight::analysis::databases
