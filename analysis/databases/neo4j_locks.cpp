// Which transaction others wait for, as SHOW TRANSACTIONS tells it ("Blocked by: […]"). Neo4j waits
// for a lock without end unless db.lock.acquisition.timeout is set; under a second is ordinary.
#include <fmt/format.h>

#include <map>
#include <set>

#include "analysis/command.h"
#include "analysis/databases/neo4j_present.h"
#include "analysis/databases/rules.h"
#include "analysis/databases/words.h"
#include "analysis/entity.h"

namespace insight::analysis::databases {
namespace {

constexpr double kOrdinaryLockWait = 1.0;  // seconds

using base::Json;

// Everybody who waits behind one transaction that itself waits for nobody.
struct TransactionTree {
    const Row* root = nullptr;  // an edge whose blocker is the root
    RowList edges;
    std::set<std::string> waiters;
    double longest_wait = 0;
    std::map<std::string, std::pair<int, double>> hurt;  // application: transactions, longest wait
};

TransactionTree transaction_tree(const RowList& edges, const Row& root_edge) {
    TransactionTree tree;
    tree.root = &root_edge;
    // The server may name blockers of a blocker as well: each transaction counts once.
    std::vector<std::string> open{text(root_edge, "blocker_transaction")};
    const std::string root = open.front();
    while (!open.empty()) {
        const std::string blocker = std::move(open.back());
        open.pop_back();
        for (const Row* edge : edges) {
            if (text(*edge, "blocker_transaction") != blocker) continue;
            tree.edges.push_back(edge);
            const std::string waiter = text(*edge, "waiter_transaction");
            const double wait = number(*edge, "wait_age_s");
            tree.longest_wait = std::max(tree.longest_wait, wait);
            if (waiter == root || !tree.waiters.insert(waiter).second) continue;
            auto& [transactions, longest] = tree.hurt[text(*edge, "waiter_application")];
            ++transactions;
            longest = std::max(longest, wait);
            open.push_back(waiter);
        }
    }
    return tree;
}

// " on node 6", as far as the row says it
std::string locked(const Row& edge) {
    const std::string type = text(edge, "resource_type");
    const std::string ids = text(edge, "resource_ids");
    if (type != "NODE" && type != "RELATIONSHIP") return {};
    const std::string kind = type == "NODE" ? "node" : "relationship";
    // "[6]"; more than one says little
    if (ids.size() < 3 || ids.find(',') != std::string::npos) return fmt::format(" on a {}", kind);
    return fmt::format(" on {} {}", kind, ids.substr(1, ids.size() - 2));
}

void recommend(Context& context, const std::string& id, const std::string& owner,
               const std::string& evidence, Mechanism& mechanism) {
    mechanism.recommendations.push_back(
        {fmt::format("Look at transaction {} and ask the owner of {} whether it may be ended.", id,
                     owner),
         command::cypher(fmt::format("SHOW TRANSACTIONS {} YIELD *", command::cypher_text(id)),
                         "system"),
         false,
         {evidence}});
    mechanism.recommendations.push_back(
        {fmt::format("End transaction {}: what it did is rolled back.", id),
         command::cypher("TERMINATE TRANSACTIONS " + command::cypher_text(id), "system"),
         true,
         {evidence}});
    // Without a limit the next forgotten transaction does the same.
    for (const Row* setting :
         where(context.instance.present("settings"), "name", "db.transaction.timeout"))
        if (text(*setting, "value") == "0s")  // no limit: the default
            mechanism.recommendations.push_back(
                {"Set db.transaction.timeout: no transaction has a time limit now.",
                 "",
                 false,
                 {context.evidence.add_rows("time limit of " + context.instance.name(), {setting},
                                            {"name", "value"})}});
}

void add_transaction_tree(Context& context, const TransactionTree& tree) {
    const Row& root = *tree.root;
    const std::string id = text(root, "blocker_transaction");
    const std::string application = text(root, "blocker_application");
    const std::string query = text(root, "blocker_query");
    const double age = number(root, "blocker_age_s");

    Json hurt = Json::object();
    for (const auto& [name, numbers] : tree.hurt)
        hurt[name] = {numbers.first, duration(numbers.second)};
    const std::string evidence = context.evidence.add_rows(
        fmt::format("transactions of {} that wait for {}", context.instance.name(), id), tree.edges,
        {"waiter_transaction", "waiter_application", "waiter_query", "wait_age_s",
         "blocker_transaction", "blocker_application", "blocker_status", "blocker_query",
         "blocker_idle", "blocker_age_s", "lock_mode", "resource_type", "resource_ids", "database",
         "root"},
        {{"waiters", tree.waiters.size()},
         {"longestWait", duration(tree.longest_wait)},
         {"blockerOpenFor", duration(age)},
         {"hurt", hurt}});

    std::string statement = fmt::format(
        "Transaction {}{} holds a lock{} that {} other {} for, the longest for {}.", id,
        application.empty() ? "" : fmt::format(" (application {})", application), locked(root),
        tree.waiters.size(), tree.waiters.size() == 1 ? "transaction waits" : "transactions wait",
        duration(tree.longest_wait));
    if (age > 0) {
        statement += fmt::format(" It has been open for {}", duration(age));
        statement += query.empty() ? " and runs no query now: its client keeps it open."
                                   : fmt::format("; it runs `{}`.", query);
    }

    Finding finding;
    finding.clue.kind = "blocking";
    finding.clue.entity = entity_of(root);
    finding.clue.statement = statement;
    finding.clue.strength = std::min(1.0, 0.6 + 0.1 * static_cast<double>(tree.waiters.size()));
    finding.clue.onset = root.time - base::from_seconds(tree.longest_wait);
    finding.clue.evidence = {evidence};
    finding.brief = fmt::format("Transactions begin to wait for {}.", id);
    finding.aspect = Aspect::Waiting;
    finding.harm = 1;
    Mechanism mechanism;
    mechanism.cause_class = "lock_contention";
    mechanism.level = model::Level::Code;
    mechanism.statement = statement;
    mechanism.directness = 1;
    mechanism.overturned_by = {
        fmt::format("If {} ends and the others keep waiting, something else holds them.", id),
        "cypher-shell -d system \"SHOW TRANSACTIONS YIELD transactionId, status, currentQuery "
        "WHERE status STARTS WITH 'Blocked'\""};
    recommend(context, id, application.empty() ? "it" : application, evidence, mechanism);
    for (const auto& [name, numbers] : tree.hurt)
        if (!name.empty())
            mechanism.hurts.push_back(
                {{"service", name},
                 fmt::format("{} {} for a lock, the longest for {}", numbers.first,
                             numbers.first == 1 ? "transaction waits" : "transactions wait",
                             duration(numbers.second)),
                 {evidence}});
    finding.mechanism = std::move(mechanism);
    context.findings.push_back(std::move(finding));
}

}  // namespace

void neo4j_blocking(Context& context) {
    const RowList edges = present_with(context.instance, "blocking");
    std::set<std::string> roots;
    for (const Row* edge : edges) {
        if (!base::flag_at(edge->row, "root") ||
            !roots.insert(text(*edge, "blocker_transaction")).second)
            continue;
        const TransactionTree tree = transaction_tree(edges, *edge);
        if (tree.longest_wait >= kOrdinaryLockWait) add_transaction_tree(context, tree);
    }
}

}  // namespace insight::analysis::databases
