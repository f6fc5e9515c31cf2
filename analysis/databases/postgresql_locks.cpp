// Who waits for whom. PostgreSQL itself calls a lock wait worth a log line after deadlock_timeout,
// one second by default (documentation of log_lock_waits): shorter waits are ordinary.
#include <fmt/format.h>

#include <map>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/long_transaction.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/words.h"
#include "analysis/entity.h"
#include "core/base/text.h"

namespace insight::analysis::databases {
namespace {

// PostgreSQL itself finds a longer wait suspicious: the default of deadlock_timeout.
constexpr double kDeadlockTimeout = 1.0;  // seconds
constexpr double kDelaysVacuum = 300.0;   // seconds; autovacuum and replicas suffer from here on

using base::Json;

// Everybody who waits behind `root`, directly or not.
std::set<std::int64_t> waiters_behind(const RowList& edges, std::int64_t root) {
    std::set<std::int64_t> waiting;
    std::vector<std::int64_t> open{root};
    while (!open.empty()) {
        const std::int64_t blocker = open.back();
        open.pop_back();
        for (const Row* edge : edges) {
            if (base::integer_at(edge->row, "blocker_pid") != blocker) continue;
            const std::int64_t waiter = base::integer_at(edge->row, "waiter_pid");
            if (waiter != root && waiting.insert(waiter).second) open.push_back(waiter);
        }
    }
    return waiting;
}

struct SessionTree {
    const Row* root = nullptr;  // an edge whose blocker is the root
    RowList edges;
    std::size_t waiters = 0;
    double longest_wait = 0;
    std::string relation;
    std::map<std::string, std::pair<int, double>> hurt;  // application: sessions, longest wait
};

SessionTree session_tree(const RowList& edges, const Row& root_edge) {
    SessionTree tree;
    tree.root = &root_edge;
    const std::int64_t root = base::integer_at(root_edge.row, "blocker_pid");
    const std::set<std::int64_t> waiting = waiters_behind(edges, root);
    tree.waiters = waiting.size();
    std::set<std::int64_t> seen;
    for (const Row* edge : edges) {
        const std::int64_t waiter = base::integer_at(edge->row, "waiter_pid");
        if (!waiting.contains(waiter)) continue;
        tree.edges.push_back(edge);
        const double wait = number(*edge, "wait_age_s");
        tree.longest_wait = std::max(tree.longest_wait, wait);
        const bool direct = base::integer_at(edge->row, "blocker_pid") == root;
        // Who waits for a row waits for the transaction that holds it and names no table: then one
        // that another edge of the tree names has to do.
        if (const std::string relation = text(*edge, "relation");
            !relation.empty() && (direct || tree.relation.empty()))
            tree.relation = relation;
        if (!seen.insert(waiter).second) continue;
        std::string application = text(*edge, "waiter_application");
        if (application.empty()) application = text(*edge, "waiter_user");
        auto& [sessions, longest] = tree.hurt[application];
        ++sessions;
        longest = std::max(longest, wait);
    }
    return tree;
}

model::AffectedService affected(const std::string& application, int sessions, double longest,
                                const std::string& evidence) {
    return {{"service", application},
            fmt::format("{} {} for a lock, the longest for {}", sessions,
                        sessions == 1 ? "session waits" : "sessions wait", duration(longest)),
            {evidence}};
}

// No session can be ended: whoever prepared it finishes it by its name, in its own database.
void end_prepared(Context& context, Mechanism& mechanism, const std::string& evidence) {
    mechanism.recommendations.push_back(
        {"See which transaction is prepared, and ask its owner whether it is to be committed or "
         "rolled back.",
         "psql -c \"SELECT gid, owner, database, prepared FROM pg_prepared_xacts ORDER BY "
         "prepared\"",
         false,
         {evidence}});
    const RowList open = context.instance.standing("prepared_transactions", "blocking");
    if (open.size() != 1) return;  // which of several holds the lock is not known
    const std::string gid = text(*open.front(), "gid");
    const std::string prepared =
        context.evidence.add_rows("prepared transaction of " + context.instance.name(), open,
                                  {"gid", "owner", "database", "age_s"});
    mechanism.recommendations.push_back(
        {fmt::format("Roll prepared transaction {} of user {} back.", gid,
                     text(*open.front(), "owner")),
         "psql -d " + command::word(text(*open.front(), "database")) + " -c " +
             command::word("ROLLBACK PREPARED " + command::sql_text(gid)),
         true,
         {evidence, prepared}});
}

void add_session_tree(Context& context, const SessionTree& tree) {
    const Row& root = *tree.root;
    const std::int64_t pid = base::integer_at(root.row, "blocker_pid");
    const std::string application = text(root, "blocker_application");
    const std::string user = text(root, "blocker_user");
    const std::string state = text(root, "blocker_state");
    const std::string query = text(root, "blocker_query");
    const double in_state = number(root, "blocker_state_age_s");
    // pg_blocking_pids() says 0 where a prepared transaction holds the lock: it has no session.
    const bool prepared = pid == 0;
    const std::string blocker =
        prepared ? std::string("a prepared transaction") : fmt::format("session {}", pid);

    Json hurt = Json::object();
    for (const auto& [name, numbers] : tree.hurt)
        hurt[name] = {numbers.first, duration(numbers.second)};
    const std::string evidence = context.evidence.add_rows(
        fmt::format("sessions of {} that wait for {}", context.instance.name(), blocker),
        tree.edges,
        {"waiter_pid", "waiter_application", "waiter_query", "wait_age_s", "blocker_pid",
         "blocker_application", "blocker_state", "blocker_query", "blocker_xact_age_s", "lock_mode",
         "lock_type", "relation", "root"},
        {{"waiters", tree.waiters},
         {"longestWait", duration(tree.longest_wait)},
         {"blockerStateFor", duration(in_state)},
         {"user", user},
         {"hurt", hurt}});

    const std::string who =
        prepared ? std::string("A prepared transaction")
                 : fmt::format("Session {}{}", pid,
                               application.empty()
                                   ? (user.empty() ? "" : fmt::format(" (user {})", user))
                                   : fmt::format(" (application {})", application));
    std::string statement = fmt::format(
        "{} holds a lock{} that {} other {} for, the longest for {}.", who,
        tree.relation.empty() ? "" : " on " + tree.relation, tree.waiters,
        tree.waiters == 1 ? "session waits" : "sessions wait", duration(tree.longest_wait));
    if (!state.empty())
        statement += fmt::format(" It has been {} for {}", state, duration(in_state));
    if (!state.empty() && !query.empty())
        statement += fmt::format("; its last statement: `{}`", query);
    if (!state.empty()) statement += ".";

    Finding finding;
    finding.clue.kind = "blocking";
    finding.clue.entity = entity_of(root);
    finding.clue.statement = statement;
    finding.clue.strength = std::min(1.0, 0.6 + 0.1 * static_cast<double>(tree.waiters));
    finding.clue.onset = root.time - base::from_seconds(tree.longest_wait);
    finding.clue.evidence = {evidence};
    finding.brief = fmt::format("Sessions begin to wait for {}{}.", blocker,
                                tree.relation.empty() ? "" : " on " + tree.relation);
    finding.aspect = Aspect::Waiting;
    finding.harm = 1;
    Mechanism mechanism;
    mechanism.cause_class = "lock_contention";
    mechanism.level = model::Level::Code;
    mechanism.statement = statement;
    mechanism.directness = 1;
    mechanism.overturned_by = {
        fmt::format("If {} ends and the others keep waiting, something else holds them.", blocker),
        "psql -c \"SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity WHERE "
        "cardinality(pg_blocking_pids(pid)) > 0\""};
    if (prepared) {
        end_prepared(context, mechanism, evidence);
    } else {
        mechanism.recommendations.push_back(
            {fmt::format("Look at session {} and ask the owner of {} whether it may be ended.", pid,
                         application.empty() ? "it" : application),
             fmt::format("psql -c \"SELECT * FROM pg_stat_activity WHERE pid = {}\"", pid),
             false,
             {evidence}});
        mechanism.recommendations.push_back(
            {fmt::format("End session {}: its transaction is rolled back.", pid),
             fmt::format("psql -c \"SELECT pg_terminate_backend({})\"", pid),
             true,
             {evidence}});
    }
    if (state.starts_with("idle in transaction") && !user.empty())
        mechanism.recommendations.push_back(
            {fmt::format("Let the server end transactions that user {} leaves open.", user),
             command::psql(
                 fmt::format("ALTER ROLE {} SET idle_in_transaction_session_timeout = '60s'",
                             command::sql_name(user))),
             true,
             {evidence}});
    for (const auto& [name, numbers] : tree.hurt)
        mechanism.hurts.push_back(affected(name, numbers.first, numbers.second, evidence));
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace

void blocking_tree(Context& context) {
    const RowList edges = context.instance.present("blocking");
    std::set<std::int64_t> roots;
    for (const Row* edge : edges) {
        if (!base::flag_at(edge->row, "root") ||
            !roots.insert(base::integer_at(edge->row, "blocker_pid")).second)
            continue;
        const SessionTree tree = session_tree(edges, *edge);
        if (tree.longest_wait >= kDeadlockTimeout) add_session_tree(context, tree);
    }
}

void long_transactions(Context& context) {
    std::set<std::int64_t> blockers;
    for (const Row* edge : context.instance.present("blocking")) {
        blockers.insert(base::integer_at(edge->row, "blocker_pid"));
        blockers.insert(base::integer_at(edge->row, "waiter_pid"));
    }
    for (const Row* session : context.instance.present("activity")) {
        const double age = number(*session, "xact_age_s");
        const std::int64_t pid = base::integer_at(session->row, "pid");
        if (age < kDelaysVacuum || blockers.contains(pid)) continue;
        const std::string evidence = context.evidence.add_rows(
            fmt::format("session {} of {}", pid, context.instance.name()), {session},
            {"pid", "application_name", "user", "state", "xact_age_s", "state_age_s",
             "backend_xmin_age", "query"},
            {{"open", duration(age)}});
        add_long_transaction(
            context, *session,
            {age,
             fmt::format("Session {} (application {}) has had a transaction open for {} and is {}.",
                         pid, text(*session, "application_name"), duration(age),
                         text(*session, "state")),
             fmt::format("Session {} opens its transaction.", pid), evidence,
             fmt::format("psql -c \"SELECT * FROM pg_stat_activity WHERE pid = {}\"", pid)});
    }
}

}  // namespace insight::analysis::databases
