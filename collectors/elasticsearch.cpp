// Elasticsearch 7.10 and newer, OpenSearch 1 and newer: logs of the window, and the cluster's own
// health. Views and keys: collectors/README.md; how it is read: elasticsearch/README.md. Nothing
// but searches and state is asked for; points in time are given back.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "collectors/collector.h"
#include "collectors/coverage.h"
#include "collectors/elasticsearch/compare.h"
#include "collectors/elasticsearch/logs.h"
#include "collectors/elasticsearch/probes.h"
#include "collectors/elasticsearch/reads.h"
#include "collectors/elasticsearch/rights.h"
#include "collectors/elasticsearch/state.h"
#include "collectors/history.h"
#include "collectors/http_access.h"
#include "core/base/base64.h"

namespace insight::collectors::elasticsearch {
namespace {

using base::Json;
using config::FieldType;

constexpr std::array kFields{
    kUrlField,
    config::Field{"apiKey", FieldType::Secret, "",
                  "API key of Elasticsearch: `encoded`, or id:api_key"},
    kTokenField,
    kUserField,
    kPasswordField,
    kCaFileField,
    kCertificateFileField,
    kKeyFileField,
    kHeadersField,
    // By the naming scheme of data streams (type-dataset-namespace) these three hold no logs.
    config::Field{"indices", FieldType::Text, "*,-metrics-*,-traces-*,-apm-*",
                  "where logs are: index names, data streams, patterns; -name leaves out"},
    config::Field{"logs", FieldType::Flag, "true", "read logs; false: the cluster's health only"},
    config::Field{"health", FieldType::Flag, "true",
                  "read the cluster's health; false: it is a place of logs only"},
    config::Field{"maxLines", FieldType::Count, "10000", "log lines read for one incident at most"},
    config::Field{"service", FieldType::Text, "", "the service this cluster belongs to"},
    config::Field{"timeout", FieldType::Duration, "10s", "limit of one request"},
    kClusterField,
    kNamespaceField,
};

class Elasticsearch final : public Source {
  public:
    Elasticsearch(HttpAccess access, const config::Instance& instance, const Surroundings& around)
        : make_{"elasticsearch",
                instance.name(),
                {instance.text("cluster"), instance.text("namespace")}},
          service_(instance.text("service")),
          wants_logs_(instance.flag("logs")),
          wants_health_(instance.flag("health")),
          around_(around),
          api_(std::move(access), around.transport) {
        limits_.indices = instance.text("indices");
        if (const auto most = instance.count("maxLines"); most > 0)
            limits_.lines = static_cast<std::size_t>(most);
    }

    model::Signals collect(const Request& request) override;
    base::Result<Json> sample(base::Deadline deadline) override;
    std::vector<Probe> probe(base::Deadline deadline) override {
        return elasticsearch::probe(api_, limits_.indices, wants_logs_, wants_health_,
                                    around_.clock, deadline);
    }

  private:
    [[nodiscard]] std::string source() const { return make_.system + "/" + make_.instance; }
    Json present(const Request& request, model::Signals& out);
    void earlier(const Request& request, const Json& present, model::Signals& out) const;

    RowMaker make_;
    std::string service_;
    bool wants_logs_;
    bool wants_health_;
    Surroundings around_;
    Api api_;
    elasticsearch::LogLimits limits_;
};

// Adds what is so now and the logs of the window; gives the present in the shape of a sample.
Json Elasticsearch::present(const Request& request, model::Signals& out) {
    Json sample = Json::object();
    // The state is of now and covers no interval; what is searched and counted covers the window.
    Coverage state(source(), {});
    Coverage counts(source(), intervals_of(request.window));
    const base::Nanos now = around_.clock.now();
    const auto product = elasticsearch::identify(api_, request.deadline);
    if (!product) {
        state.failed("GET /", product.error());
        elasticsearch::add_refusal(product.error(), make_, now, out.databases);
    } else {
        state.answered("GET /", 1,
                       product->version.empty()
                           ? "our role may not see the version: grant cluster privilege monitor"
                           : fmt::format("{} {}", product->name(), product->version));
        out.databases.push_back(make_("server", now,
                                      {{"product", product->name()},
                                       {"version", product->version},
                                       {"cluster_name", product->cluster}}));
        // There _cluster and _nodes do not exist.
        if (product->serverless)
            state.skipped("GET /_cluster/health", model::Outcome::Empty,
                          "serverless: the cluster's state is not shown");
        else if (wants_health_) {
            elasticsearch::StateReader reader(api_, *product, make_, now, request.deadline, state);
            sample = reader.read_common(out.databases);
            reader.read_trouble(out.databases);
        }
        if (wants_logs_)
            elasticsearch::LogCollection(api_, *product, request, limits_, make_, now, counts)
                .run(out);
    }
    for (auto& row : state.take()) out.coverage.push_back(std::move(row));
    for (auto& row : counts.take()) out.coverage.push_back(std::move(row));
    return sample;
}

void Elasticsearch::earlier(const Request& request, const Json& present,
                            model::Signals& out) const {
    if (!around_.samples || !wants_health_) return;
    const base::Nanos from =
        request.window.baseline_start > 0 ? request.window.baseline_start : request.window.start;
    // Samples hold the cluster's state only; logs are read anew for every window.
    const auto samples = in_order(around_.samples(from, request.window.end));
    std::vector<elasticsearch::Moment> moments;
    for (const auto& sample : samples) moments.push_back({sample.time, &sample.content});
    if (!present.empty()) moments.push_back({around_.clock.now(), &present});
    auto found = elasticsearch::changes(make_.instance, moments);
    for (const std::size_t i : thinned(samples.size(), kShownSamples)) {
        const store::Sample& sample = samples[i];
        if (const Json& health = base::object_at(sample.content, "health"); !health.empty())
            out.databases.push_back(make_("health", sample.time, health));
        for (const char* view : {"nodes", "thread_pools", "breakers", "blocks"})
            for (const Json& row : base::array_at(sample.content, view))
                if (row.is_object()) out.databases.push_back(make_(view, sample.time, row));
    }
    Coverage history(source(), intervals_of(request.window));
    history.answered("samples", samples.size(),
                     samples.empty() ? "no samples from the window: what changed in the cluster "
                                       "before now is not known; keep the service running"
                                     : fmt::format("{} changes between samples", found.size()));
    for (auto& change : found) out.changes.push_back(std::move(change));
    for (auto& row : history.take()) out.coverage.push_back(std::move(row));
}

model::Signals Elasticsearch::collect(const Request& request) {
    model::Signals out;
    const Json now = present(request, out);
    earlier(request, now, out);
    if (!service_.empty()) out.topology.push_back({service_, make_.instance, "depends_on"});
    return out;
}

base::Result<Json> Elasticsearch::sample(base::Deadline deadline) {
    if (!wants_health_) return Json::object();
    const auto product = elasticsearch::identify(api_, deadline);
    if (!product) return base::fail(product.error());
    if (product->serverless) return Json::object();
    Coverage coverage(source(), {});
    std::vector<model::DatabaseRow> unused;
    Json content =
        elasticsearch::StateReader(api_, *product, make_, around_.clock.now(), deadline, coverage)
            .read_common(unused);
    if (content.size() <= 1)  // the version alone
        return base::fail(base::ErrorKind::Unavailable,
                          fmt::format("Elasticsearch {} answered none of the questions of a sample",
                                      make_.instance));
    return content;
}

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto access = http_access("elasticsearch", instance);
    if (!access) return base::fail(std::move(access.error()));
    if (const base::Secret& key = instance.secret("apiKey"); !key.empty()) {
        // The header wants base64 of "id:api_key", which the answer that made the key calls
        // `encoded`.
        const std::string& text = key.reveal();
        access->authorization = base::Secret(
            "ApiKey " + (text.find(':') == std::string::npos ? text : base::base64(text)));
    }
    return std::make_unique<Elasticsearch>(std::move(*access), instance, around);
}

std::string rights(const config::Instance& instance) {
    const std::string indices = instance.text("indices");
    return "Elasticsearch:\n" + elasticsearch::api_key_call(indices) +
           "OpenSearch, for a user whose backend role is mapped to it:\n" +
           elasticsearch::opensearch_role_call(indices);
}

}  // namespace
}  // namespace insight::collectors::elasticsearch

namespace insight::collectors {

extern const Descriptor kElasticsearch;
constinit const Descriptor kElasticsearch{
    "elasticsearch",
    "elasticsearch",
    "Elasticsearch and OpenSearch: logs, their rates and what is special in them; cluster health",
    elasticsearch::kFields,
    &elasticsearch::open,
    elasticsearch::kReads,
    &elasticsearch::rights,
    "Elasticsearch 7.17, 8.19 (with security, TLS and the role printed below) and 9.2, OpenSearch "
    "1.3, 2.19 and 3.3. Only imitated: API keys, which the server that can be had does not make. "
    "Never met: the security plug-in of OpenSearch, serverless offerings."};

}  // namespace insight::collectors
