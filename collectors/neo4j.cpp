// Neo4j 4.4 and newer over HTTP: transactions and who blocks whom, databases and their state,
// indexes and constraints, memory, connections, settings. Views and keys: collectors/README.md.
// The statements: neo4j/queries.h.
#include <fmt/format.h>

#include <array>

#include "collectors/collector.h"
#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/history.h"
#include "collectors/http_access.h"
#include "collectors/neo4j/compare.h"
#include "collectors/neo4j/failure.h"
#include "collectors/neo4j/reader.h"
#include "collectors/neo4j/schema.h"

namespace insight::collectors::neo4j {
namespace {

using base::Json;
using config::FieldType;

constexpr std::array kFields{
    kUrlField,
    kUserField,
    kPasswordField,
    kTokenField,
    config::Field{
        "databases", FieldType::TextList, "",
        "databases whose indexes and constraints are read; empty: those online, up to 10"},
    kCaFileField,
    kCertificateFileField,
    kKeyFileField,
    kHeadersField,
    config::Field{"timeout", FieldType::Duration, "5s", "limit of one statement"},
    config::Field{"service", FieldType::Text, "", "the service this database belongs to"},
    kClusterField,
    kNamespaceField,
};

constexpr std::array<std::string_view, 5> kRepeated{"activity", "memory", "long", "connections",
                                                    "store"};
constexpr std::array<std::string_view, 2> kDefinitions{"indexes", "constraints"};

class Neo4j final : public Source {
  public:
    Neo4j(HttpAccess access, const config::Instance& instance, const Surroundings& around)
        : make_{"neo4j", instance.name(), {instance.text("cluster"), instance.text("namespace")}},
          service_(instance.text("service")),
          choice_{instance.text_list("databases")},
          around_(around),
          session_(std::move(access), instance.text("user"), around.transport) {}

    model::Signals collect(const Request& request) override {
        model::Signals out;
        const base::Nanos from = request.window.baseline_start > 0 ? request.window.baseline_start
                                                                   : request.window.start;
        Coverage coverage(source(), {});
        Coverage history(source(), intervals_of(request.window));
        Reading reading =
            neo4j::read(session_, choice_, Depth::Full, around_.clock, request.deadline, coverage);
        // taken before the rows are moved out of the reading
        const Json present = reading.sample();
        const base::Nanos now = around_.clock.now();
        for (auto& [view, rows] : reading.views) {
            if (view == "long") continue;  // all of it is in view "transactions"
            for (Json& row : rows) out.databases.push_back(make_(view, now, std::move(row)));
        }
        earlier(from, request.window.end, present, out, history);
        for (auto& row : coverage.take()) out.coverage.push_back(std::move(row));
        for (auto& row : history.take()) out.coverage.push_back(std::move(row));
        if (!service_.empty()) out.topology.push_back({service_, make_.instance, "depends_on"});
        return out;
    }

    base::Result<Json> sample(base::Deadline deadline) override {
        Coverage coverage(source(), {});
        Json content =
            neo4j::read(session_, choice_, Depth::Sample, around_.clock, deadline, coverage)
                .sample();
        // One of the two tells of a server that answers; the rest may be missing for want of
        // rights.
        if (content.contains("activity") || content.contains("databases")) return content;
        std::string why = "no answer";
        for (const auto& row : coverage.take())
            if (row.outcome != model::Outcome::Answered) why = row.note;
        return base::fail(
            base::ErrorKind::Unavailable,
            fmt::format("Neo4j {} answered none of the statements of a sample", make_.instance),
            why);
    }

    std::vector<Probe> probe(base::Deadline deadline) override;

  private:
    [[nodiscard]] std::string source() const { return "neo4j/" + make_.instance; }

    // Rows and changes out of the samples taken while the service ran.
    void earlier(base::Nanos from, base::Nanos to, const Json& present, model::Signals& out,
                 Coverage& coverage) const {
        if (!around_.samples) return;
        const auto samples = in_order(around_.samples(from, to));
        std::vector<neo4j::Moment> moments;
        moments.reserve(samples.size() + 1);
        for (const auto& sample : samples) moments.push_back({sample.time, &sample.content});
        moments.push_back({around_.clock.now(), &present});
        auto found = neo4j::changes(make_.instance, moments, from);
        for (const std::size_t i : thinned(samples.size(), kShownSamples))
            for (const auto view : kRepeated) repeat(view, samples[i], out);
        for (const auto view : kDefinitions) {
            // Definitions hardly change: the first and the last show what did.
            if (!samples.empty()) repeat(view, samples.front(), out);
            if (samples.size() > 1) repeat(view, samples.back(), out);
        }
        coverage.answered("samples", samples.size(),
                          samples.empty()
                              ? "no samples from the window: what changed in Neo4j before now is "
                                "not known; keep the service running"
                              : fmt::format("{} changes between samples", found.size()));
        for (auto& change : found) out.changes.push_back(std::move(change));
    }

    void repeat(std::string_view view, const store::Sample& sample, model::Signals& out) const {
        if (const Json& row = base::object_at(sample.content, view); !row.empty())
            out.databases.push_back(make_(view, sample.time, row));
        for (const Json& row : base::array_at(sample.content, view))
            if (row.is_object()) out.databases.push_back(make_(view, sample.time, row));
    }

    void probe_rights(const neo4j::Welcome& welcome, base::Deadline deadline,
                      std::vector<Probe>& out);

    RowMaker make_;
    std::string service_;
    neo4j::Choice choice_;
    Surroundings around_;
    neo4j::Session session_;
};

std::vector<Probe> Neo4j::probe(base::Deadline deadline) {
    std::vector<Probe> out;
    const auto welcome = session_.greet(around_.clock, deadline);
    if (!welcome) {
        out.push_back(
            {"reach " + session_.url(), false, welcome.error().text(), welcome.error().message});
        return out;
    }
    out.push_back({"reach " + session_.url(), true,
                   fmt::format("version {}, {} edition", welcome->version, welcome->edition), ""});
    out.push_back(transport_probe(session_.access(), around_.clock, deadline));
    const auto log_in =
        session_.rows("system", neo4j::kDatabases.forms[1], 300, deadline, neo4j::kDatabases.grant);
    const std::string who = session_.user().empty() ? "log in" : "log in as " + session_.user();
    if (!log_in) {
        out.push_back({who, false, log_in.error().text(), log_in.error().message});
        return out;
    }
    out.push_back({who, true, fmt::format("through the {}", session_.api()), ""});
    // 4.3 and older lack SHOW TRANSACTIONS
    const bool old = welcome->version.starts_with("3.") || welcome->version.starts_with("4.0") ||
                     welcome->version.starts_with("4.1") || welcome->version.starts_with("4.2") ||
                     welcome->version.starts_with("4.3");
    out.push_back({"version 4.4 or newer", !old, welcome->version,
                   old ? "upgrade the server: who blocks whom is told from 4.4 on" : ""});
    for (const Json& row : neo4j::database_rows(log_in->rows)) {
        const std::string name = base::text_at(row, "database");
        const bool online = base::text_at(row, "current_status") == "online" ||
                            // Stopped because somebody wants it so.
                            base::text_at(row, "requested_status") == "offline";
        out.push_back({"database " + name, online, base::text_at(row, "current_status"),
                       online ? ""
                              : fmt::format("look into the server's debug.log: {}",
                                            base::text_at(row, "status_message"))});
    }
    probe_rights(*welcome, deadline, out);
    // the header says whole seconds
    if (welcome->clock_known) out.push_back(clock_probe(welcome->clock_skew_s, 2.5));
    return out;
}

void Neo4j::probe_rights(const neo4j::Welcome& welcome, base::Deadline deadline,
                         std::vector<Probe>& out) {
    if (welcome.edition != "enterprise") {
        out.push_back({"rights", true,
                       "Community Edition has none: every user may do all; our statements are "
                       "sent with access mode READ",
                       ""});
        return;
    }
    const auto commands = session_.rows("system", neo4j::kPrivileges, 2000, deadline);
    if (!commands) {
        out.push_back({"rights", false, commands.error().text(), commands.error().message});
        return;
    }
    const neo4j::Rights rights = neo4j::rights_of(commands->rows);
    for (const std::string& grant : rights.missing)
        out.push_back({"rights of role " + rights.role, false, "limited view", grant});
    if (rights.missing.empty())
        out.push_back({"rights of role " + rights.role, true, "all that is read", ""});
}

// A role with what the views need, and no MATCH: it sees no data.
std::string rights(const config::Instance& instance) {
    std::string user = neo4j::cypher_name(instance.text("user"));
    if (instance.text("user").empty()) user = "devops_insight";
    std::string out = fmt::format(
        "On Enterprise, on database system (Community Edition has no rights: a user of its own "
        "will do):\nCREATE USER {} IF NOT EXISTS SET PASSWORD '<password>' CHANGE NOT REQUIRED\n"
        "CREATE ROLE collector IF NOT EXISTS\nGRANT ROLE collector TO {}\n",
        user, user);
    for (const neo4j::Right& right : neo4j::kRights)
        out += fmt::format(fmt::runtime(right.grant), "collector") + "\n";
    return out;
}

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto access = http_access("neo4j", instance);
    if (!access) return base::fail(std::move(access.error()));
    return std::make_unique<Neo4j>(std::move(*access), instance, around);
}

constexpr std::array kReads{
    ReadItem{"GET /", "view `server`: version, edition, clock", "one request"},
    ReadItem{"SHOW DATABASES", "view `databases`, changes", "300 rows"},
    ReadItem{"SHOW TRANSACTIONS", "views `transactions`, `blocking`, `activity`, `long`",
             "500 transactions, oldest first"},
    ReadItem{"dbms.listConnections", "view `connections`; who runs a transaction",
             "5,000 connections, grouped"},
    ReadItem{"dbms.queryJmx", "view `memory`; on Enterprise also `store`",
             "some 20 beans; no environment, no arguments of the process"},
    ReadItem{"SHOW SETTINGS", "view `settings`, changes", "1,000 rows"},
    ReadItem{"SHOW INDEXES", "view `indexes`, changes", "500 rows a database, 10 databases"},
    ReadItem{"SHOW CONSTRAINTS", "view `constraints`, changes",
             "500 rows a database, 10 databases"},
    ReadItem{"SHOW SERVERS", "view `servers`", "Enterprise only, 100 rows"},
    ReadItem{"SHOW USER PRIVILEGES", "which rights are missing", "Enterprise only, one request"},
};

}  // namespace
}  // namespace insight::collectors::neo4j

namespace insight::collectors {

extern const Descriptor kNeo4j;
constinit const Descriptor kNeo4j{
    "neo4j",
    "neo4j",
    "Neo4j: transactions and who blocks whom, databases, indexes, memory, what changed",
    neo4j::kFields,
    &neo4j::open,
    neo4j::kReads,
    &neo4j::rights,
    "Neo4j 5.26 Community over both of its HTTP APIs. Only imitated, by the manual: Enterprise "
    "(rights, clusters, page cache, store size). Never met: 4.4, whose statements stand beside the "
    "newer ones, and Aura."};

}  // namespace insight::collectors
