// Transactions that have been open, and queries that have been running, for long. Neo4j Community
// keeps no statistics of statements: what is compared are the queries seen at each sample.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/long_transaction.h"
#include "analysis/databases/neo4j_present.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/users.h"
#include "analysis/databases/words.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

constexpr double kLongQuery = 10.0;       // seconds; people do not wait longer for an answer
constexpr double kDelaysPruning = 300.0;  // seconds; the log of transactions cannot be pruned
constexpr double kNoticeableQuery = 1.0;  // seconds, of a query that lost its index
constexpr double kLongerThanUsual = 3.0;  // times its longest in the baseline

using base::Json;

const std::vector<std::string> kColumns{
    "transaction", "database",     "application", "user",      "status",     "age_s", "query",
    "query_age_s", "active_locks", "indexes",     "page_hits", "heap_bytes", "idle"};

// What waits or blocks is told by neo4j_blocking, and its age says nothing more.
std::set<std::string> in_blocking(const Instance& instance) {
    std::set<std::string> out;
    for (const Row* edge : present_with(instance, "blocking")) {
        out.insert(text(*edge, "blocker_transaction"));
        out.insert(text(*edge, "waiter_transaction"));
    }
    return out;
}

// The longest that this query was seen to take at the samples until `time`.
double longest_until(const Instance& instance, const std::string& query, model::Nanos time) {
    double longest = 0;
    for (const Row* row : instance.all("long"))
        if (row->time <= time && text(*row, "query") == query)
            longest = std::max(longest, number(*row, "query_age_s"));
    return longest;
}

// An empty list is the planner's word that there is none; no list is no word.
bool uses_no_index(const Row& row) {
    const auto it = row.row.find("indexes");
    return it != row.row.end() && it->is_array() && it->empty();
}

std::string what_it_takes(const Row& row, Json& facts) {
    std::string out;
    if (uses_no_index(row)) out += "; its plan uses no index on a property";
    if (const double heap = number(row, "heap_bytes"); heap >= 64.0 * 1024 * 1024) {
        facts["memory"] = base::format_quantity(heap, "By");
        out += "; it holds " + base::format_quantity(heap, "By") + " of memory";
    }
    return out;
}

void add_long_query(Context& context, const Row& row) {
    const double age = number(row, "query_age_s");
    const std::string id = text(row, "transaction");
    Json facts{{"running", duration(age)}};
    const std::string takes = what_it_takes(row, facts);
    const std::string evidence = context.evidence.add_rows(
        fmt::format("transaction {} of {}", id, context.instance.name()), {&row}, kColumns, facts);
    Finding finding;
    finding.clue.kind = "slower_statement";
    finding.clue.entity = entity_of(row);
    finding.clue.statement = fmt::format(
        "Query `{}` (application {}, transaction {}) has been running for {}{}.",
        base::shorten(text(row, "query"), 160), text(row, "application"), id, duration(age), takes);
    finding.clue.strength = std::min(0.9, 0.4 + age / 120);
    finding.clue.onset = row.time - base::from_seconds(age);
    finding.clue.evidence = {evidence};
    finding.brief = fmt::format("The query of transaction {} begins.", id);
    finding.aspect = Aspect::Latency;
    finding.harm = 0.6;
    Mechanism mechanism;
    mechanism.cause_class = "slow_statement";
    mechanism.level = model::Level::Code;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = 0.5;
    mechanism.overturned_by = {
        "If the alert's quantity does not improve after the query ends, it was not the cause.",
        command::cypher(fmt::format("SHOW TRANSACTIONS {} YIELD *", command::cypher_text(id)),
                        "system")};
    mechanism.recommendations.push_back(
        {"Look at its plan: a scan of all nodes or a product of two patterns shows as the operator "
         "with most rows.",
         "cypher-shell \"EXPLAIN …\"",
         false,
         {evidence}});
    mechanism.recommendations.push_back(
        {fmt::format("End transaction {} if its owner agrees: what it did is rolled back.", id),
         command::cypher("TERMINATE TRANSACTIONS " + command::cypher_text(id), "system"),
         true,
         {evidence}});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

void stays_open(Context& context, const Row& row) {
    const double age = number(row, "age_s");
    const std::string id = text(row, "transaction");
    const std::string evidence =
        context.evidence.add_rows(fmt::format("transaction {} of {}", id, context.instance.name()),
                                  {&row}, kColumns, {{"open", duration(age)}});
    add_long_transaction(
        context, row,
        {age,
         fmt::format("Transaction {} (application {}) has been open for {}{}.", id,
                     text(row, "application"), duration(age),
                     base::flag_at(row.row, "idle") ? " and runs no query now" : ""),
         fmt::format("Transaction {} is opened.", id), evidence,
         command::cypher(fmt::format("SHOW TRANSACTIONS {} YIELD *", command::cypher_text(id)),
                         "system")});
}

// Out of the summary of the collector's change.
struct LostPropertyIndex {
    std::string index, target, label, property, database;
};

std::optional<LostPropertyIndex> lost_property_index(const model::Change& change,
                                                     const std::string& instance) {
    static const re2::RE2 kPattern(
        R"(index (\S+) on (\S*:([^()\s]+)\(([^()\s]+)\)\S*) of database (\S+) (?:was dropped|failed))");
    LostPropertyIndex lost;
    if (change.entity != instance ||
        !re2::RE2::FullMatch(change.summary, kPattern, &lost.index, &lost.target, &lost.label,
                             &lost.property, &lost.database))
        return std::nullopt;
    return lost;
}

// Queries seen after the change that name the label and read it by no index on its property.
RowList queries_without(const Instance& instance, const LostPropertyIndex& lost,
                        const model::Change& change) {
    RowList out;
    std::set<std::string> seen;
    const std::string used = fmt::format("{}({})", lost.label, lost.property);
    RowList rows = instance.all("long");
    for (const Row* row : present_with(instance, "transactions")) rows.push_back(row);
    const model::Nanos before = change.earliest();
    for (auto it = rows.rbegin(); it != rows.rend(); ++it) {
        const Row& row = **it;
        const std::string query = text(row, "query");
        const double age = number(row, "query_age_s");
        if (row.time < change.time || text(row, "database") != lost.database ||
            text(row, "status") == "blocked" || age < kNoticeableQuery ||
            query.find(lost.label) == std::string::npos)
            continue;
        const Json& indexes = base::array_at(row.row, "indexes");
        if (std::find(indexes.begin(), indexes.end(), used) != indexes.end()) continue;
        // as slow as it was with the index: the index did not matter to it
        if (age < kLongerThanUsual * longest_until(instance, query, before)) continue;
        if (seen.insert(text(row, "transaction")).second) out.push_back(&row);
    }
    std::stable_sort(out.begin(), out.end(), [](const Row* a, const Row* b) {
        return number(*a, "query_age_s") > number(*b, "query_age_s");
    });
    return out;
}

void add_lost_index(Context& context, const LostPropertyIndex& lost, const model::Change& change,
                    const RowList& slow) {
    const Row& worst = *slow.front();
    const std::string taken = duration(number(worst, "query_age_s"));
    const std::vector<std::string> evidence{
        context.evidence.add_change(change),
        context.evidence.add_rows("queries of " + context.instance.name() + " on " + lost.target,
                                  slow, kColumns, {{"longest", taken}, {"queries", slow.size()}})};
    const bool dropped = change.summary.ends_with("dropped");
    std::string statement = fmt::format("Index {} on {} {}", lost.index, lost.target,
                                        dropped ? "was dropped" : "failed");
    statement += change.not_before != 0
                     ? fmt::format(" between {} and {}", base::format_clock(change.not_before),
                                   base::format_clock(change.time))
                     : fmt::format(" at {}", base::format_clock(change.time));
    statement += fmt::format("; since then `{}` reads without it and has been running for {}.",
                             base::shorten(text(worst, "query"), 160), taken);

    Finding finding;
    finding.clue.kind = "lost_index";
    finding.clue.entity = entity_of(worst);
    finding.clue.statement = statement;
    finding.brief = fmt::format("Index {} on {} {}.", lost.index, lost.target,
                                dropped ? "was dropped" : "failed");
    finding.clue.strength = uses_no_index(worst) ? 1 : 0.8;
    finding.clue.onset = change.earliest();
    finding.clue.evidence = evidence;
    finding.aspect = Aspect::Latency;
    finding.harm = 1;
    Mechanism mechanism;
    mechanism.cause_class = "missing_index";
    mechanism.level = model::Level::Config;
    mechanism.statement = statement;
    mechanism.directness = 1;
    mechanism.overturned_by = {
        fmt::format("If {} is online again and the query stays as slow, its loss is not the cause.",
                    lost.index),
        command::cypher("SHOW INDEXES YIELD name, state, labelsOrTypes, properties WHERE name = " +
                            command::cypher_text(lost.index),
                        lost.database)};
    if (!change.before.empty() && dropped)
        mechanism.recommendations.push_back(
            {"Create the index again; it is built without locking writers out.",
             command::cypher(change.before, lost.database), true, evidence});
    mechanism.recommendations.push_back(
        {"Find out who dropped it: the server's query.log has the statement.",
         "grep -i 'drop index' query.log", false, evidence});
    add_users(context, mechanism);
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace

void neo4j_lost_index(Context& context) {
    for (const model::Change& change : context.changes) {
        const auto lost = lost_property_index(change, context.instance.name());
        if (!lost) continue;
        // An index nobody missed is a change like any other.
        const RowList slow = queries_without(context.instance, *lost, change);
        if (!slow.empty()) add_lost_index(context, *lost, change, slow);
    }
}

void neo4j_long_queries(Context& context) {
    const std::set<std::string> blocking = in_blocking(context.instance);
    std::size_t queries = 0;
    std::size_t transactions = 0;
    for (const Row* row : present_with(context.instance, "transactions")) {
        if (blocking.contains(text(*row, "transaction"))) continue;
        const double age = number(*row, "query_age_s");
        const double usual =
            longest_until(context.instance, text(*row, "query"), context.window.baseline_end);
        // a query that began before the window is its own baseline
        const bool began_before = row->time - base::from_seconds(age) < context.window.baseline_end;
        const bool unusual = began_before || age >= kLongerThanUsual * usual;
        if (text(*row, "status") == "running" && age >= kLongQuery && unusual && queries < 3) {
            ++queries;
            add_long_query(context, *row);
        } else if (number(*row, "age_s") >= kDelaysPruning && transactions < 3) {
            ++transactions;
            stays_open(context, *row);
        }
    }
}

}  // namespace insight::analysis::databases
