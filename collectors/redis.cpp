// Redis 5 and newer, Valkey: memory and eviction, clients, commands, slow log, latency,
// replication, persistence, cluster. Views and keys: collectors/README.md. Never KEYS, MONITOR,
// SCAN or CONFIG.
#include <fmt/format.h>

#include <array>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/history.h"
#include "collectors/http_access.h"
#include "collectors/redis/commands.h"
#include "collectors/redis/compare.h"
#include "collectors/redis/deltas.h"
#include "collectors/redis/examine.h"
#include "collectors/redis/round.h"
#include "collectors/redis/session.h"

namespace insight::collectors::redis {
namespace {

using base::Json;

constexpr std::array kFields{
    config::Field{"address", config::FieldType::Text, "", "host:port; rediss://host:port over TLS",
                  true},
    config::Field{"username", config::FieldType::Text, "", "the ACL user; empty: default"},
    config::Field{"password", config::FieldType::Secret, "", "the user's password"},
    config::Field{"timeout", config::FieldType::Duration, "3s", "limit of one command"},
    config::Field{"service", config::FieldType::Text, "", "the service this cache belongs to"},
    kCaFileField,
    kCertificateFileField,
    kKeyFileField,
    kClusterField,
    kNamespaceField,
};

class Redis final : public Source {
  public:
    Redis(const config::Instance& instance, redis::Address address, const Surroundings& around)
        : make_{"redis", instance.name(), {instance.text("cluster"), instance.text("namespace")}},
          service_(instance.text("service")),
          user_(instance.text("username")),
          address_(address),
          around_(around),
          session_(instance.name(), std::move(address), user_, instance.secret("password"),
                   instance.duration("timeout")) {}

    model::Signals collect(const Request& request) override;
    base::Result<Json> sample(base::Deadline deadline) override;
    std::vector<Probe> probe(base::Deadline deadline) override;

  private:
    [[nodiscard]] std::string source() const { return "redis/" + make_.instance; }

    void earlier(base::Nanos from, base::Nanos to, const Json& present, model::Signals& out,
                 Coverage& coverage) const;

    RowMaker make_;
    std::string service_;
    std::string user_;
    redis::Address address_;
    Surroundings around_;
    redis::Session session_;
};

void Redis::earlier(base::Nanos from, base::Nanos to, const Json& present, model::Signals& out,
                    Coverage& coverage) const {
    if (!around_.samples) return;
    const auto samples = in_order(around_.samples(from, to));
    std::vector<redis::Moment> moments;
    for (const auto& sample : samples)
        if (const Json& info = base::object_at(sample.content, "info"); !info.empty())
            moments.push_back({sample.time, &info});
    if (const Json& info = base::object_at(present, "info"); !info.empty())
        moments.push_back({around_.clock.now(), &info});
    auto found = redis::changes(make_.instance, moments);
    std::vector<redis::Moment> shown;
    for (const std::size_t i : thinned(samples.size(), kShownSamples)) {
        const store::Sample& sample = samples[i];
        if (const Json& info = base::object_at(sample.content, "info"); !info.empty()) {
            out.databases.push_back(make_("info", sample.time, info));
            shown.push_back({sample.time, &info});
        }
        for (const char* view : {"commandstats", "clients", "replicas"})
            for (const Json& row : base::array_at(sample.content, view))
                if (row.is_object()) out.databases.push_back(make_(view, sample.time, row));
    }
    // The present closes the last stretch, so that deltas reach up to now.
    if (!base::object_at(present, "info").empty()) shown.push_back(moments.back());
    for (auto& stretch : redis::deltas(shown))
        out.databases.push_back(make_("deltas", stretch.time, std::move(stretch.row)));
    coverage.answered("samples", samples.size(),
                      samples.empty() ? "no samples from the window: what changed in Redis before "
                                        "now is not known; keep the service running"
                                      : fmt::format("{} changes between samples", found.size()));
    for (auto& change : found) out.changes.push_back(std::move(change));
}

model::Signals Redis::collect(const Request& request) {
    model::Signals out;
    const base::Nanos from =
        request.window.baseline_start > 0 ? request.window.baseline_start : request.window.start;
    Coverage coverage(source(), {});
    Coverage history(source(), intervals_of(request.window));
    Json now = Json::object();
    redis::Round round(session_, make_, around_.clock, request.deadline, coverage, out);
    if (auto open = session_.open(request.deadline); open) {
        now = round.present(from);
    } else {
        coverage.failed("connect", open.error());
        round.refused(open.error());
    }
    earlier(from, request.window.end, now, out, history);
    for (auto& row : coverage.take()) out.coverage.push_back(std::move(row));
    for (auto& row : history.take()) out.coverage.push_back(std::move(row));
    if (!service_.empty()) out.topology.push_back({service_, make_.instance, "depends_on"});
    return out;
}

base::Result<Json> Redis::sample(base::Deadline deadline) {
    if (auto open = session_.open(deadline); !open) return base::fail(std::move(open.error()));
    Coverage coverage(source(), {});
    model::Signals unused;
    Json content =
        redis::Round(session_, make_, around_.clock, deadline, coverage, unused).present(-1);
    if (content.empty())
        return base::fail(
            base::ErrorKind::Unavailable,
            fmt::format("Redis {} answered none of the commands of a sample", make_.instance));
    return content;
}

std::vector<Probe> Redis::probe(base::Deadline deadline) {
    return redis::examine(session_, {make_.instance, address_, around_.clock}, deadline);
}

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto address = redis::parse_address(instance.text("address"));
    if (!address) return base::fail(std::move(address.error()));
    address->trust.ca_file = instance.text("caFile");
    address->trust.certificate_file = instance.text("certificateFile");
    address->trust.key_file = instance.text("keyFile");
    const net::Tls& trust = address->trust;
    // A certificate that is named and not used would be a false safety.
    if (!address->tls &&
        !(trust.ca_file.empty() && trust.certificate_file.empty() && trust.key_file.empty()))
        return base::fail(
            base::ErrorKind::Invalid,
            "certificates are named, but the address is not one of TLS: write rediss://host:port");
    return std::make_unique<Redis>(instance, std::move(*address), around);
}

constexpr auto kReads = [] {
    std::array<ReadItem, redis::kCommands.size()> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = {redis::kCommands[i].words, redis::kCommands[i].gives, redis::kCommands[i].cost};
    return out;
}();

}  // namespace
}  // namespace insight::collectors::redis

namespace insight::collectors {

extern const Descriptor kRedis;
constinit const Descriptor kRedis{
    "redis",
    "redis",
    "Redis: memory and eviction, clients, commands, slow log, latency, replication, persistence",
    redis::kFields,
    &redis::open,
    redis::kReads,
    &redis::rights,
    "Redis 7.0 as master and replica, as a cluster and over TLS. Never met: other versions, Valkey "
    "and managed offerings; lines of INFO that they lack are null."};

}  // namespace insight::collectors
