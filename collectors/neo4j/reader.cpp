#include "collectors/neo4j/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "collectors/neo4j/failure.h"
#include "collectors/neo4j/memory.h"
#include "collectors/neo4j/schema.h"
#include "collectors/neo4j/transactions.h"
#include "collectors/sampled_views.h"
#include "collectors/unreached.h"
#include "core/base/text.h"

namespace insight::collectors::neo4j {
namespace {

constexpr std::string_view kSystem = "system";

class Round {
  public:
    Round(Session& session, const Choice& choice, const base::Clock& clock, base::Deadline deadline,
          Coverage& coverage)
        : session_(session),
          choice_(choice),
          clock_(clock),
          deadline_(deadline),
          coverage_(coverage) {}

    // Most telling first: the deadline may end the round anywhere.
    Reading run(Depth depth) {
        if (!greet()) return take();
        if (enterprise_ && depth == Depth::Full) rights();
        // Before the databases: a server that has just started pays for its first statements with
        // seconds, and the list of databases is the dearest of all.
        transactions(depth);
        databases();
        if (over_) return take();
        // before memory(), whose row takes two of them
        settings();
        databases_again();
        memory();
        for (const std::string& database : chosen_) schema(database);
        if (enterprise_ && depth == Depth::Full)
            if (const auto rows = ask(kServers, kSystem, kServers.name))
                put(kServers.name, server_rows(*rows));
        return take();
    }

  private:
    Reading take() { return std::move(reading_); }

    void put(std::string_view view, Rows rows) {
        for (Json& row : rows) clean(row, 1000);
        Rows& into = reading_.views[std::string(view)];
        for (Json& row : rows) into.push_back(std::move(row));
    }

    void in_part(std::string_view view) {
        if (std::find(reading_.partial.begin(), reading_.partial.end(), view) ==
            reading_.partial.end())
            reading_.partial.emplace_back(view);
    }

    bool greet() {
        const auto welcome = session_.greet(clock_, deadline_);
        if (!welcome) {
            coverage_.failed("GET /", welcome.error());
            return false;
        }
        coverage_.answered("GET /", 1);
        enterprise_ = welcome->edition == "enterprise";
        put("server",
            {Json{{"version", welcome->version},
                  {"edition", welcome->edition},
                  {"clock_skew_s", welcome->clock_known ? Json(welcome->clock_skew_s) : Json()},
                  {"started_at", nullptr},
                  {"user", session_.user()},
                  {"query_api", welcome->query_api}}});
        return true;
    }

    // The rows of the first form that the server knows; nothing when it failed.
    std::optional<Rows> ask(const View& view, std::string_view database, std::string_view label) {
        if (over_) return std::nullopt;
        const std::string grant = fmt::format(fmt::runtime(view.grant), role_);
        base::Result<Table> table;
        for (const std::string_view form : view.forms) {
            if (form.empty()) break;
            table = session_.rows(database, form, view.limit, deadline_, grant);
            if (table || !unknown_to_server(table.error())) break;
        }
        if (!table) {
            coverage_.failed(fmt::format("view {}", label), table.error());
            refused(table.error(), database);
            if (log_in_refused(table.error())) over_ = true;
            return std::nullopt;
        }
        if (table->cut) {
            in_part(view.name);
            coverage_.truncated(
                fmt::format("view {}", label), view.limit,
                fmt::format("only the first {} rows of {} were read", view.limit, label));
        } else {
            coverage_.answered(fmt::format("view {}", label), table->rows.size());
        }
        return std::move(table->rows);
    }

    // A server that would not serve a statement tells something about itself.
    void refused(const base::Error& error, std::string_view database) {
        auto reason = refusal(error);
        if (reason.empty() && reading_.views.empty() && !error.cause.starts_with("Neo."))
            reason = unreached(error);
        if (reason.empty()) return;
        for (const Json& row : reading_.views["refused"])
            if (base::text_at(row, "reason") == reason &&
                base::text_at(row, "database") == database)
                return;
        put("refused",
            {Json{{"reason", reason}, {"database", database}, {"message", told_by(error)}}});
    }

    void databases() {
        if (auto raw = ask(kDatabases, kSystem, kDatabases.name)) return choose(*raw);
        // Without the list: what was named, or the database every server starts with.
        chosen_ = choice_.named;
        if (chosen_.empty()) chosen_.emplace_back("neo4j");
        home_ = chosen_.front();
    }

    // Which databases are down is worth a second question where the first took too long: the server
    // has gone on with it meanwhile, and knows how by now.
    void databases_again() {
        if (over_ || reading_.views.contains(kDatabases.name)) return;
        if (const auto raw = ask(kDatabaseStates, kSystem, "databases, their states alone")) {
            chosen_.clear();
            home_.clear();
            choose(*raw);
        }
    }

    // The databases to look into.
    void choose(const Rows& raw) {
        const Rows rows = database_rows(raw);
        std::vector<std::string> online;
        for (const Json& row : rows) {
            const std::string name = base::text_at(row, "database");
            // An alias or a composite has nothing of its own; a cluster lists each copy.
            if (name == kSystem || base::text_at(row, "type") == "composite" ||
                base::text_at(row, "current_status") != "online" ||
                std::find(online.begin(), online.end(), name) != online.end())
                continue;
            if (base::flag_at(row, "home") || home_.empty()) home_ = name;
            online.push_back(name);
        }
        put(kDatabases.name, rows);
        for (const std::string& name : choice_.named.empty() ? online : choice_.named) {
            const bool there = std::find(online.begin(), online.end(), name) != online.end();
            if (there && chosen_.size() < choice_.most) {
                chosen_.push_back(name);
            } else {
                in_part("indexes");
                in_part("constraints");
                coverage_.skipped(
                    fmt::format("database {}", name),
                    there ? model::Outcome::Truncated : model::Outcome::Failed,
                    there ? fmt::format("only {} databases are looked into: name those that "
                                        "matter in `databases`",
                                        choice_.most)
                          : fmt::format("database {} of Neo4j {} is not online here or not visible "
                                        "to us: its indexes were not read",
                                        name, session_.instance()));
            }
        }
    }

    void rights() {
        const auto table = session_.rows(kSystem, kPrivileges, 2000, deadline_);
        if (!table) {
            coverage_.failed("view privileges", table.error());
            over_ = log_in_refused(table.error());
            return;
        }
        coverage_.answered("view privileges", table->rows.size());
        const Rights found = rights_of(table->rows);
        role_ = found.role;
        // Most of these fail without a word: one sees less, and nobody says so.
        for (const std::string& grant : found.missing)
            coverage_.skipped(
                "privileges of user " + session_.user(), model::Outcome::Denied,
                fmt::format("limited view of Neo4j {}: {}", session_.instance(), grant));
    }

    void transactions(Depth depth) {
        Rows connections;
        if (auto rows = ask(kConnections, kSystem, kConnections.name)) {
            connections = std::move(*rows);
            put(kConnections.name, connection_rows(connections));
        }
        const auto raw = ask(kTransactions, kSystem, kTransactions.name);
        if (!raw) return;
        Rows rows = transaction_rows(*raw, agents_of(connections));
        put("activity", {activity_row(rows, connections)});
        put("long", long_rows(rows));
        if (depth == Depth::Sample) return;
        put("blocking", blocking_rows(rows));
        put(kTransactions.name, std::move(rows));
    }

    // Database system cannot pick attributes, so without another one only the heap is asked for.
    void memory() {
        const bool whole = !home_.empty();
        const auto beans = whole ? ask(kJvm, home_, kJvm.name) : ask(kHeap, kSystem, kHeap.name);
        Rows metrics;
        if (enterprise_ && whole)
            if (auto rows = ask(kMetrics, home_, kMetrics.name)) metrics = std::move(*rows);
        if (!beans && metrics.empty()) return;
        Json row = memory_row(beans ? *beans : Rows{}, metrics);
        for (const auto& [key, setting] :
             {std::pair("transaction_limit_bytes", "dbms.memory.transaction.total.max"),
              std::pair("page_cache_bytes", "server.memory.pagecache.size")})
            row[key] = bytes_of(setting_of(setting));
        reading_.views["server"].front()["started_at"] = row["started_at"];
        row.erase("started_at");
        put(kJvm.name, {std::move(row)});
        put("store", store_rows(metrics));
        if (metrics.empty())
            put("missing",
                {Json{{"what", "page cache and store size"},
                      {"fix", enterprise_
                                  ? "switch server.metrics.jmx.enabled on, and let "
                                    "server.metrics.filter pass *page_cache* and *store.size*"
                                  : "Community Edition does not tell them: watch the disk and the "
                                    "memory of its host"}}});
    }

    [[nodiscard]] std::string setting_of(std::string_view name) const {
        const auto it = reading_.views.find(kSettings.name);
        if (it == reading_.views.end()) return {};
        for (const Json& row : it->second)
            if (base::text_at(row, "name") == name) return base::text_at(row, "value");
        return {};
    }

    void settings() {
        const auto raw = ask(kSettings, kSystem, kSettings.name);
        if (!raw) return;
        put(kSettings.name, setting_rows(*raw));
    }

    // One database that fails must not make the others' indexes look dropped.
    void schema(const std::string& database) {
        const auto indexes = ask(kIndexes, database, fmt::format("indexes of {}", database));
        if (indexes) {
            put(kIndexes.name, index_rows(*indexes, database));
        } else {
            in_part(kIndexes.name);
        }
        const auto constraints =
            ask(kConstraints, database, fmt::format("constraints of {}", database));
        if (constraints) {
            put(kConstraints.name, constraint_rows(*constraints, database));
        } else {
            in_part(kConstraints.name);
        }
    }

    Session& session_;
    const Choice& choice_;
    const base::Clock& clock_;
    base::Deadline deadline_;
    Coverage& coverage_;
    Reading reading_;
    bool enterprise_ = false;
    bool over_ = false;
    std::string home_;
    std::string role_ = "collector";
    std::vector<std::string> chosen_;
};

}  // namespace

Reading read(Session& session, const Choice& choice, Depth depth, const base::Clock& clock,
             base::Deadline deadline, Coverage& coverage) {
    return Round(session, choice, clock, deadline, coverage).run(depth);
}

Json Reading::sample() const {
    return sampled_views(views, {"server", "activity", "memory"},
                         {"databases", "long", "connections", "indexes", "constraints", "store"},
                         partial);
}

}  // namespace insight::collectors::neo4j
