#include "collectors/neo4j/transactions.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "collectors/coverage.h"
#include "collectors/neo4j/queries.h"

namespace insight::collectors::neo4j {
namespace {

using base::text_at;

constexpr std::size_t kGroups = 100;
constexpr std::size_t kMostLong = 30;
constexpr double kLong = 1;  // seconds

}  // namespace

std::string program_of(std::string_view user_agent) {
    // What drivers, HTTP libraries and browsers send unless they are told a name.
    static constexpr std::array<std::string_view, 9> kDrivers{
        "neo4j-",  "Neo4j", "curl", "python", "Java/", "Apache-HttpClient",
        "Mozilla", "node",  "Go-"};
    if (std::any_of(kDrivers.begin(), kDrivers.end(),
                    [&](std::string_view one) { return user_agent.starts_with(one); }))
        return {};
    return shown(user_agent, 100);
}

std::map<std::string, std::string> agents_of(const Rows& connections) {
    std::map<std::string, std::string> out;
    for (const Json& row : connections)
        out[text_at(row, "connectionId")] = text_at(row, "userAgent");
    return out;
}

namespace {

// "127.0.0.1" of "127.0.0.1:54148"; null for what is no address of the network
Json host_of(const Json& row) {
    const std::string address = text_at(row, "clientAddress");
    if (address.empty() || address.starts_with("local:")) return nullptr;
    return shown(address.substr(0, address.rfind(':')), 100);
}

// Who runs it: what its metadata says, the name its driver was given, or the user.
std::string application_of(const Json& raw, const std::string& agent) {
    const Json& data = base::object_at(raw, "metaData");
    for (const char* key : {"app", "application", "service"})
        if (std::string name = shown(text_at(data, key), 100); !name.empty()) return name;
    if (std::string name = program_of(agent); !name.empty()) return name;
    return shown(text_at(raw, "username"), 100);
}

std::string status_of(std::string_view text) {
    if (text.starts_with("Blocked")) return "blocked";
    if (text.starts_with("Terminated")) return "terminated";
    if (text.starts_with("Closing")) return "closing";
    return "running";
}

// ["Order(id)"] of the planner's description of what a query reads by
Json indexes_of(const Json& raw) {
    const Json list = at(raw, "indexes");
    if (!list.is_array()) return nullptr;
    Json out = Json::array();
    for (const Json& index : list)
        out.push_back(
            shown(fmt::format("{}({})", text_at(index, "label", text_at(index, "relationshipType")),
                              text_at(index, "propertyKey")),
                  100));
    return out;
}

Json transaction_row(const Json& raw, const std::string& agent) {
    const std::string status = text_at(raw, "status");
    const Json& resource = base::object_at(raw, "resourceInformation");
    const Json query = text_or_null(raw, "currentQuery");
    Json age =
        seconds_of(at(raw, raw.contains("elapsedTime") ? "elapsedTime" : "elapsedTimeMillis"));

    Json wait = seconds_of(at(raw, "currentQueryWaitTime"));
    if (wait.is_null()) wait = seconds_of(at(raw, "waitTime"));
    // of the lock that is waited for now, where the server tells it
    if (const Json ms = number_or_null(resource, "waitTimeMillis"); !ms.is_null())
        wait = ms.get<double>() / 1000;
    Json ids = Json();
    if (const Json& list = base::array_at(resource, "resourceIds");
        !list.empty() && list.size() <= 5)
        ids = base::dump_json(list);
    return {
        {"transaction", shown(text_at(raw, "transactionId"), 100)},
        {"database", text_or_null(raw, "database")},
        {"user", text_or_null(raw, "username")},
        {"application", application_of(raw, agent)},
        {"user_agent", agent.empty() ? Json() : Json(shown(agent, 100))},
        {"client_addr", host_of(raw)},
        {"protocol", text_or_null(raw, "protocol")},
        {"status", status_of(status)},
        {"status_text", shown(status, 300)},
        {"status_details", text_or_null(raw, "statusDetails")},
        {"started_at", moment_or_null(raw, "startTime")},
        {"age_s", age},
        {"wait_age_s", status_of(status) == "blocked" ? wait : Json()},
        {"query", query},
        {"query_age_s", query.is_null() ? Json() : seconds_of(at(raw, "currentQueryElapsedTime"))},
        {"idle", query.is_null()},
        {"indexes", query.is_null() ? Json() : indexes_of(raw)},
        {"active_locks", number_or_null(raw, "activeLockCount")},
        {"cpu_s", seconds_of(at(raw, "cpuTime"))},
        {"heap_bytes", number_or_null(raw, "estimatedUsedHeapMemory")},
        {"direct_bytes", number_or_null(raw, "allocatedDirectBytes")},
        {"page_hits", number_or_null(raw, "pageHits")},
        {"page_faults", number_or_null(raw, "pageFaults")},
        {"lock_mode", text_or_null(resource, "lockMode")},
        {"resource_type", text_or_null(resource, "resourceType")},
        {"resource_ids", ids}};
}

// Statements of ours and of other instances of this program. One that ran into our time limit goes
// on where the server does not end it (the Query API of 5.26), and would look like a client's query
// that runs for long. The mark alone would let anybody hide.
bool ours(const Json& raw) {
    const std::string query = text_at(raw, "currentQuery");
    // Whoever lists transactions looks on as we do; earlier releases of ours left no mark.
    if (query.starts_with("SHOW TRANSACTIONS YIELD ") || query == "CALL dbms.listTransactions()")
        return true;
    if (query.size() <= kMark.size() || !query.ends_with(kMark)) return false;
    const std::string_view bare(query.data(), query.size() - kMark.size());
    return bare == kPrivileges || std::any_of(kViews.begin(), kViews.end(), [&](const View* view) {
               return std::find(view->forms.begin(), view->forms.end(), bare) != view->forms.end();
           });
}

bool of_a_client(const Json& connection) {
    // "bolt-local" connects within the server.
    return text_at(connection, "userAgent") != "devops-insight" &&
           text_at(connection, "connector") != "bolt-local";
}

// The ids in "Blocked by: [neo4j-transaction-38, neo4j-transaction-40]".
std::vector<std::string> blockers_of(const Json& row) {
    static const re2::RE2 kPattern(R"(Blocked by: \[([^\]]*)\])");
    std::string list;
    std::vector<std::string> out;
    if (!re2::RE2::PartialMatch(text_at(row, "status_text"), kPattern, &list)) return out;
    std::size_t start = 0;
    while (start < list.size() && out.size() < 50) {
        const std::size_t comma = std::min(list.find(',', start), list.size());
        std::string one = list.substr(start, comma - start);
        one.erase(0, one.find_first_not_of(' '));
        if (!one.empty()) out.push_back(std::move(one));
        start = comma + 1;
    }
    return out;
}

}  // namespace

Rows transaction_rows(const Rows& raw, const std::map<std::string, std::string>& agents) {
    Rows out;
    for (const Json& one : raw) {
        if (!one.is_object() || ours(one)) continue;
        const auto agent = agents.find(text_at(one, "connectionId"));
        out.push_back(transaction_row(one, agent == agents.end() ? "" : agent->second));
    }
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::number_at(a, "age_s") > base::number_at(b, "age_s");
    });
    return out;
}

Rows blocking_rows(const Rows& transactions) {
    std::map<std::string, const Json*> by_id;
    for (const Json& row : transactions) by_id[text_at(row, "transaction")] = &row;
    std::map<std::string, std::vector<std::string>> waiters;
    std::map<std::string, bool> waits;
    for (const Json& row : transactions)
        for (const std::string& blocker : blockers_of(row)) {
            waiters[blocker].push_back(text_at(row, "transaction"));
            waits[text_at(row, "transaction")] = true;
        }
    // how many wait behind each blocker, directly or through others; circles end
    std::map<std::string, std::size_t> behind;
    for (const auto& [blocker, direct] : waiters) {
        std::vector<std::string> open = direct;
        std::map<std::string, bool> seen;
        while (!open.empty()) {
            const std::string one = std::move(open.back());
            open.pop_back();
            if (one == blocker || !seen.emplace(one, true).second) continue;
            if (const auto it = waiters.find(one); it != waiters.end())
                open.insert(open.end(), it->second.begin(), it->second.end());
        }
        behind[blocker] = seen.size();
    }
    Rows out;
    for (const Json& waiter : transactions)
        for (const std::string& id : blockers_of(waiter)) {
            const auto it = by_id.find(id);
            const Json none = Json::object();
            const Json& blocker = it == by_id.end() ? none : *it->second;
            Json edge{{"database", at(waiter, "database")},
                      {"blocker_transaction", id},
                      {"wait_age_s", at(waiter, "wait_age_s")},
                      {"lock_mode", at(waiter, "lock_mode")},
                      {"resource_type", at(waiter, "resource_type")},
                      {"resource_ids", at(waiter, "resource_ids")},
                      {"root", !waits.contains(id)},
                      {"waiters_behind_root", behind[id]}};
            for (const char* key :
                 {"transaction", "user", "application", "client_addr", "query", "age_s"})
                edge[std::string("waiter_") + key] = at(waiter, key);
            for (const char* key : {"user", "application", "client_addr", "status", "query",
                                    "age_s", "active_locks", "idle"})
                edge[std::string("blocker_") + key] = at(blocker, key);
            out.push_back(std::move(edge));
        }
    return out;
}

Json activity_row(const Rows& transactions, const Rows& connections) {
    std::map<std::string, std::size_t> count;
    double oldest = 0;
    double longest = 0;
    double heap = 0;
    double hits = 0;
    double faults = 0;
    for (const Json& row : transactions) {
        ++count[text_at(row, "status")];
        if (base::flag_at(row, "idle")) ++count["idle"];
        oldest = std::max(oldest, base::number_at(row, "age_s"));
        longest = std::max(longest, base::number_at(row, "query_age_s"));
        heap += base::number_at(row, "heap_bytes");
        hits += base::number_at(row, "page_hits");
        faults += base::number_at(row, "page_faults");
    }
    return {{"open_transactions", transactions.size()},
            // An idle transaction's status is "running" as well.
            {"running", count["running"] - std::min(count["running"], count["idle"])},
            {"idle", count["idle"]},
            {"blocked", count["blocked"]},
            {"terminated", count["terminated"]},
            {"oldest_transaction_s", oldest},
            {"longest_query_s", longest},
            {"transaction_heap_bytes", heap},
            {"page_hits", hits},
            {"page_faults", faults},
            {"connections", std::count_if(connections.begin(), connections.end(),
                                          [](const Json& one) { return of_a_client(one); })}};
}

Rows long_rows(const Rows& transactions) {
    Rows out;
    for (const Json& row : transactions)
        if (out.size() < kMostLong && base::number_at(row, "age_s") >= kLong) out.push_back(row);
    return out;
}

Rows connection_rows(const Rows& raw) {
    std::map<std::string, Json> groups;
    for (const Json& one : raw) {
        if (!of_a_client(one)) continue;
        const std::string agent = shown(text_at(one, "userAgent"), 100);
        Json key{{"application", application_of(one, agent)},
                 {"user_agent", agent.empty() ? Json() : Json(agent)},
                 {"user", text_or_null(one, "username")},
                 {"client_addr", host_of(one)},
                 {"connector", text_or_null(one, "connector")}};
        std::string text = base::dump_json(key);
        Json& group = groups.try_emplace(std::move(text), std::move(key)).first->second;
        group["count"] = base::integer_at(group, "count") + 1;
    }
    Rows out;
    for (auto& [key, group] : groups) out.push_back(std::move(group));
    std::stable_sort(out.begin(), out.end(), [](const Json& a, const Json& b) {
        return base::integer_at(a, "count") > base::integer_at(b, "count");
    });
    if (out.size() > kGroups) out.resize(kGroups);
    return out;
}

}  // namespace insight::collectors::neo4j
