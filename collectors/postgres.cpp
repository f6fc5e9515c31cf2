// PostgreSQL 12 and newer: sessions, lock chains, saturation, statements, tables, indexes,
// settings, replication, housekeeping. Views and keys: collectors/README.md. The statements:
// postgres/queries.h and postgres/upkeep.h.
#include <fmt/format.h>

#include <array>

#include "collectors/collector.h"
#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/history.h"
#include "collectors/postgres/compare.h"
#include "collectors/postgres/deltas.h"
#include "collectors/postgres/failure.h"
#include "collectors/postgres/grants.h"
#include "collectors/postgres/reader.h"
#include "collectors/postgres/reads.h"
#include "collectors/unreached.h"

namespace insight::collectors::postgres {
namespace {

using base::Json;

constexpr std::int64_t kOldest = 120000;  // server_version_num

constexpr std::array kFields{
    config::Field{"dsn", config::FieldType::Secret, "",
                  "where and as whom: postgresql://user:password@host:port/database", true},
    config::Field{"timeout", config::FieldType::Duration, "5s", "limit of one statement"},
    config::Field{"service", config::FieldType::Text, "", "the service this database belongs to"},
    kClusterField,
    kNamespaceField,
};

// Views that are kept from earlier samples, and their key in a sample.
constexpr std::array<std::string_view, 13> kRepeated{
    "statements", "tables",   "connections", "saturation", "database", "replication", "slots",
    "standby",    "archiver", "checkpoints", "wal",        "sizes",    "wraparound"};

class Postgres final : public Source {
  public:
    Postgres(const config::Instance& instance, const Surroundings& around)
        : make_{"postgresql",
                instance.name(),
                {instance.text("cluster"), instance.text("namespace")}},
          service_(instance.text("service")),
          around_(around),
          session_(instance.name(), instance.secret("dsn"), instance.duration("timeout")) {}

    model::Signals collect(const Request& request) override {
        model::Signals out;
        const base::Nanos from = request.window.baseline_start > 0 ? request.window.baseline_start
                                                                   : request.window.start;
        Coverage coverage(source(), {});
        Coverage history("postgresql/" + make_.instance, intervals_of(request.window));
        const auto standing = session_.open(request.deadline);
        Json present;
        if (!standing) {
            coverage.failed("connect", standing.error());
            refused(standing.error(), out);
        } else {
            Reading reading =
                postgres::read(session_, Depth::Full, around_.clock, request.deadline, coverage);
            present = reading.sample();
            // the session stands, and nobody answers on it
            if (reading.views.empty() && reading.first_failure)
                refused(*reading.first_failure, out);
            emit(std::move(reading), *standing, out);
        }
        earlier(from, request.window.end, present, out, history);
        for (auto& row : coverage.take()) out.coverage.push_back(std::move(row));
        for (auto& row : history.take()) out.coverage.push_back(std::move(row));
        if (!service_.empty()) out.topology.push_back({service_, make_.instance, "depends_on"});
        return out;
    }

    base::Result<Json> sample(base::Deadline deadline) override {
        if (auto open = session_.open(deadline); !open) return base::fail(std::move(open.error()));
        Coverage unused(source(), {});
        Json content =
            postgres::read(session_, Depth::Sample, around_.clock, deadline, unused).sample();
        if (content.empty())
            return base::fail(
                base::ErrorKind::Unavailable,
                fmt::format("PostgreSQL {} answered none of the statements of a sample",
                            make_.instance));
        return content;
    }

    std::vector<Probe> probe(base::Deadline deadline) override;

  private:
    [[nodiscard]] std::string source() const { return "postgresql/" + make_.instance; }

    // A server that turns us away tells something about itself.
    void refused(const base::Error& error, model::Signals& out) const {
        const auto known = postgres::refusal(error.cause);
        if (const auto reason = known.empty() ? unreached(error) : known; !reason.empty())
            out.databases.push_back(make_("refused", around_.clock.now(),
                                          Json{{"reason", reason}, {"message", told_by(error)}}));
    }

    void emit(Reading&& reading, bool standing, model::Signals& out) const {
        const base::Nanos now = around_.clock.now();
        for (auto& [view, rows] : reading.views) {
            if (view == "relations") continue;
            for (Json& row : rows) {
                if (view == "server") row["connection"] = standing ? "standing" : "new";
                out.databases.push_back(make_(view, now, std::move(row)));
            }
        }
    }

    // Rows and changes out of the samples taken while the service ran.
    void earlier(base::Nanos from, base::Nanos to, const Json& present, model::Signals& out,
                 Coverage& coverage) const {
        if (!around_.samples) return;
        const auto samples = in_order(around_.samples(from, to));
        std::vector<postgres::Moment> moments;
        moments.reserve(samples.size() + 1);
        for (const auto& sample : samples) moments.push_back({sample.time, &sample.content});
        // what was sampled after the window has no bearing on it, the present has
        if (present.is_object()) moments.push_back({around_.clock.now(), &present});
        auto found = postgres::changes(make_.instance, moments, from);
        std::vector<postgres::Moment> shown;
        for (const std::size_t i : thinned(samples.size(), kShownSamples)) {
            repeat(samples[i], out);
            shown.push_back(moments[i]);
        }
        if (moments.size() > samples.size()) shown.push_back(moments.back());
        for (auto& stretch : postgres::deltas(shown))
            out.databases.push_back(make_("deltas", stretch.time, std::move(stretch.row)));
        if (!samples.empty()) definitions(samples.front(), out);
        if (samples.size() > 1) definitions(samples.back(), out);
        coverage.answered("samples", samples.size(),
                          samples.empty()
                              ? "no samples from the window: what changed in the database before "
                                "now is not known; keep the service running"
                              : fmt::format("{} changes between samples", found.size()));
        for (auto& change : found) out.changes.push_back(std::move(change));
    }

    void repeat(const store::Sample& sample, model::Signals& out) const {
        for (const std::string_view view : kRepeated) {
            if (!sample.content.contains(view)) continue;
            const Json& value = sample.content[std::string(view)];
            if (value.is_object()) out.databases.push_back(make_(view, sample.time, value));
            if (value.is_array())
                for (const Json& row : value)
                    if (row.is_object()) out.databases.push_back(make_(view, sample.time, row));
        }
    }

    void definitions(const store::Sample& sample, model::Signals& out) const {
        for (const Json& row : base::array_at(sample.content, "indexes"))
            if (row.is_object()) out.databases.push_back(make_("indexes", sample.time, row));
        for (const auto& [name, value] : base::object_at(sample.content, "settings").items())
            out.databases.push_back(
                make_("settings", sample.time, Json{{"name", name}, {"value", value}}));
    }

    RowMaker make_;
    std::string service_;
    Surroundings around_;
    postgres::Session session_;
};

std::vector<Probe> Postgres::probe(base::Deadline deadline) {
    std::vector<Probe> out;
    const auto open = session_.open(deadline);
    if (!open) {
        out.push_back({"reach and log in to PostgreSQL " + make_.instance, false,
                       open.error().text(), open.error().message});
        return out;
    }
    out.push_back({"reach and log in to PostgreSQL " + make_.instance, true, "connected", ""});
    const base::Nanos asked = around_.clock.now();
    const auto rows = session_.rows(postgres::kServer, deadline);
    if (!rows || rows->empty()) {
        out.push_back({"ask for the version", false, rows ? "no answer" : rows.error().text(),
                       "look at the server's log"});
        return out;
    }
    const Json& server = rows->front();
    // The server looked at its clock at some moment between our question and its answer.
    const double ours = (base::to_seconds(asked) + base::to_seconds(around_.clock.now())) / 2;
    const double skew = base::number_at(server, "server_time") - ours;
    const bool recent = base::integer_at(server, "version_number") >= kOldest;
    out.push_back({"version 12 or newer", recent, base::text_at(server, "version"),
                   recent ? "" : "upgrade the server: versions before 12 lack the views we read"});
    const bool full = base::flag_at(server, "full_view");
    out.push_back({"role pg_monitor", full,
                   full ? "member" : "limited view: texts and states of others are hidden",
                   full ? "" : postgres::grant_monitor(base::text_at(server, "user"))});
    const auto schema = session_.rows(postgres::kStatementsSchema, deadline);
    const bool statements = schema && !schema->empty();
    out.push_back({"pg_stat_statements", statements,
                   statements ? "present" : "missing: no statement statistics",
                   statements ? ""
                              : "CREATE EXTENSION pg_stat_statements, after adding it to "
                                "shared_preload_libraries"});
    if (const auto protection = session_.rows(postgres::kEncryption, deadline);
        protection && !protection->empty())
        out.push_back(postgres::encryption(protection->front(), session_.chain(),
                                           session_.authority(), around_.clock.now()));
    out.push_back(clock_probe(skew));
    return out;
}

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    if (instance.secret("dsn").empty())
        return base::fail(base::ErrorKind::Invalid, "dsn is empty: give it by env or file");
    return std::make_unique<Postgres>(instance, around);
}

}  // namespace
}  // namespace insight::collectors::postgres

namespace insight::collectors {

extern const Descriptor kPostgres;
constinit const Descriptor kPostgres{
    "postgres",
    "postgresql",
    "PostgreSQL: sessions, lock chains, saturation, statements, replication, upkeep, what changed",
    postgres::kFields,
    &postgres::open,
    postgres::kReads,
    &postgres::grants,
    "PostgreSQL 12 to 18; 15 also with a standby, over TLS and through bad networks. Never met: "
    "managed offerings, whose superuser is not one."};

}  // namespace insight::collectors
