#include "collectors/postgres/reader.h"

#include <fmt/format.h>

#include <set>

#include "collectors/postgres/grants.h"
#include "collectors/postgres/upkeep.h"
#include "collectors/sampled_views.h"

namespace insight::collectors::postgres {
namespace {

using base::Json;

// The statement reads a thousand, so that those who wait are counted beyond what is shown.
constexpr std::size_t kShownEdges = 200;

void tidy(Json& row) {
    clean(row);
    for (const char* key : {"query", "waiter_query", "blocker_query", "value"})
        if (row.contains(key) && row[key].is_string())
            row[key] = shown(row[key].get_ref<const std::string&>());
    // Texts of statements hold literals of users, settings may hold credentials.
    // ages are differences of two readings of a clock and may come out as -0.0001
    for (auto& [key, value] : row.items())
        if (key.ends_with("_age_s") && value.is_number() && value.get<double>() < 0) value = 0.0;
}

// How many sessions wait behind each blocker, directly or through others.
void count_waiters(std::vector<Json>& edges) {
    std::multimap<std::int64_t, std::int64_t> waiters;
    for (const Json& edge : edges)
        waiters.emplace(base::integer_at(edge, "blocker_pid"),
                        base::integer_at(edge, "waiter_pid"));
    std::map<std::int64_t, std::size_t> behind;
    for (Json& edge : edges) {
        const std::int64_t blocker = base::integer_at(edge, "blocker_pid");
        if (!behind.contains(blocker)) {
            std::set<std::int64_t> seen;  // waiters may wait in a circle until the deadlock check
            std::vector<std::int64_t> open{blocker};
            while (!open.empty()) {
                const auto [first, last] = waiters.equal_range(open.back());
                open.pop_back();
                for (auto it = first; it != last; ++it)
                    if (seen.insert(it->second).second) open.push_back(it->second);
            }
            behind[blocker] = seen.size();
        }
        edge["waiters_behind_root"] = behind[blocker];
    }
}

class Round {
  public:
    Round(Session& session, base::Deadline deadline, Coverage& coverage)
        : session_(session), deadline_(deadline), coverage_(coverage) {}

    // Empty vector as well when it failed; the reading then has no such view.
    std::vector<Json>& view(const View& view) { return run(view, view.sql); }

    // The reference is good until the next view is run.
    std::vector<Json>& run(const View& view, std::string_view sql) {
        static thread_local std::vector<Json> nothing;
        nothing.clear();
        if (!session_.is_open()) {
            ++unread_;
            return nothing;
        }
        auto rows = session_.rows(sql, view.limit, deadline_);
        if (!rows) {
            coverage_.failed(label(view), rows.error());
            if (!reading_.first_failure) reading_.first_failure = rows.error();
            return nothing;
        }
        const bool cut = rows->size() > view.limit;
        if (cut) {
            rows->resize(view.limit);
            reading_.partial.emplace_back(view.name);
            coverage_.truncated(
                label(view), view.limit,
                fmt::format("only the first {} rows of {} were read", view.limit, view.name));
        } else {
            coverage_.answered(label(view), rows->size());
        }
        for (Json& row : *rows) tidy(row);
        return reading_.views[std::string(view.name)] = std::move(*rows);
    }

    void statements(std::int64_t version) {
        if (!session_.is_open()) {
            ++unread_;
            return;
        }
        // extensions live in any schema, and search_path is pg_catalog alone
        const auto schema = session_.rows(kStatementsSchema, deadline_);
        if (!schema) {
            coverage_.failed("pg_stat_statements", schema.error());
            return;
        }
        if (schema->empty()) {
            missing("CREATE EXTENSION pg_stat_statements (and add it to shared_preload_libraries)");
            coverage_.skipped("pg_stat_statements", model::Outcome::Empty,
                              "the extension pg_stat_statements is missing in this database: no "
                              "statement statistics; CREATE EXTENSION pg_stat_statements");
            return;
        }
        std::string sql(kStatements.sql);
        replace(sql, "{schema}", base::text_at(schema->front(), "schema"));
        replace(sql, "{exec}", version >= 130000 ? "exec_" : "");
        run(kStatements, sql);
    }

    Reading take() {
        if (unread_ > 0)
            coverage_.skipped(
                "the other views", model::Outcome::Failed,
                fmt::format("{} views were not read: the connection was lost before", unread_));
        return std::move(reading_);
    }

  private:
    static std::string label(const View& view) { return fmt::format("view {}", view.name); }

    void missing(std::string fix) {
        reading_.views["missing"] = {Json{{"what", "pg_stat_statements"}, {"fix", std::move(fix)}}};
    }

    static void replace(std::string& text, std::string_view what, std::string_view by) {
        for (std::size_t at = text.find(what); at != std::string::npos;
             at = text.find(what, at + by.size()))
            text.replace(at, what.size(), by);
    }

    Session& session_;
    base::Deadline deadline_;
    Coverage& coverage_;
    Reading reading_;
    std::size_t unread_ = 0;
};

}  // namespace

// Most telling first: the deadline may end the round anywhere.
Reading read(Session& session, Depth depth, const base::Clock& clock, base::Deadline deadline,
             Coverage& coverage) {
    Round round(session, deadline, coverage);
    const base::Nanos asked = clock.now();
    std::int64_t version = 0;
    bool standby = false;
    // First, for the version and the role (primary or standby) decide which statements fit.
    for (Json& row : round.view(kServer)) {
        // the server read its clock somewhere between our two readings
        const double ours = (base::to_seconds(asked) + base::to_seconds(clock.now())) / 2;
        row["clock_skew_s"] = base::number_at(row, "server_time") - ours;
        row.erase("server_time");
        version = base::integer_at(row, "version_number");
        standby = base::flag_at(row, "in_recovery");
        if (!base::flag_at(row, "full_view"))
            coverage.skipped("role pg_monitor", model::Outcome::Denied,
                             "limited view: texts and states of other sessions are hidden; " +
                                 grant_monitor(base::text_at(row, "user")));
    }
    round.view(kSaturation);
    round.view(kConnections);
    if (depth == Depth::Full) {
        round.view(kActivity);
        std::vector<Json>& edges = round.view(kBlocking);
        count_waiters(edges);
        if (edges.size() > kShownEdges) {
            coverage.skipped("view blocking", model::Outcome::Truncated,
                             fmt::format("{} of {} pairs of waiter and blocker are shown, those "
                                         "behind who waits for nobody first; all were counted",
                                         kShownEdges, edges.size()));
            edges.resize(kShownEdges);
        }
        round.view(kPrepared);
    }
    round.view(kDatabase);
    round.statements(version);
    round.view(kTables);
    round.view(kIndexes);
    round.view(kSettings);
    round.view(kRelations);
    round.view(standby ? kStandby : kReplication);
    round.view(kSlots);
    round.view(kArchiver);
    round.view(version >= 170000 ? kCheckpoints17 : kCheckpoints);
    round.view(kWraparound);
    if (depth == Depth::Full) {
        round.view(kVacuumDebt);
        round.view(kVacuumProgress);
        round.view(kHorizon);
    }
    // The last two read directories and the sizes of files: slow disks may use up what time is
    // left.
    round.view(kWal);
    round.view(kSizes);
    return round.take();
}

Json Reading::sample() const {
    Json out = sampled_views(
        views, {"server", "saturation", "database", "archiver", "checkpoints", "wal", "standby"},
        {"connections", "statements", "tables", "indexes", "replication", "slots", "wraparound",
         "sizes"},
        partial);
    if (const auto it = views.find("relations"); it != views.end()) {
        out["relations"] = Json::array();
        for (const Json& row : it->second) out["relations"].push_back(base::text_at(row, "name"));
    }
    return out;
}

}  // namespace insight::collectors::postgres
