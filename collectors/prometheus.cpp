// Prometheus and what speaks its HTTP API (Thanos, Mimir, VictoriaMetrics): the series of the
// alert, of what is near to it, and of the whole of a small estate. How series look:
// collectors/README.md. How they are chosen: prometheus/collection.h.
#include <fmt/format.h>

#include <array>

#include "collectors/collector.h"
#include "collectors/common_probes.h"
#include "collectors/coverage.h"
#include "collectors/http_access.h"
#include "collectors/prometheus/api.h"
#include "collectors/prometheus/collection.h"

namespace insight::collectors::prometheus {
namespace {

using base::Json;
using config::FieldType;

constexpr std::array kFields{
    config::Field{"url", FieldType::Url, "", "where the API is, without /api/v1", true},
    kTokenField,
    kUserField,
    kPasswordField,
    kCaFileField,
    kCertificateFileField,
    kKeyFileField,
    kHeadersField,
    config::Field{"maxSeries", FieldType::Count, "3000", "series read for one incident at most"},
    config::Field{"step", FieldType::Duration, "",
                  "least time between two points; empty: the scrape interval"},
    config::Field{"timeout", FieldType::Duration, "10s", "limit of one request"},
    kClusterField,
    kNamespaceField,
};

// What the API is asked for, without /api/v1/.
constexpr std::array kReads{
    ReadItem{"GET targets", "how often is scraped; view `targets`", "one request"},
    ReadItem{"GET metadata", "types and units", "one request, 16 MiB"},
    ReadItem{"GET rules", "the alert's expression; view `rules`", "one request, 16 MiB"},
    ReadItem{"GET alerts", "view `alerts`", "one request, 200 alerts"},
    ReadItem{"GET label/NAME/values", "what a question is about", "3 requests, questions only"},
    ReadItem{"GET status/tsdb", "how large the estate is", "one request"},
    ReadItem{"POST series", "which series there are",
             "one request for an estate up to 20,000 series, else 6, 20,000 series each"},
    ReadItem{"POST query", "which metrics tell of changes", "one request"},
    ReadItem{"POST query_range", "series, changes",
             "`maxSeries` series, 1,000 points each; 150,000 points a request; twice, for the "
             "incident and its baseline"},
    ReadItem{"POST query_exemplars", "view `exemplars`: the way from a metric to traces",
             "4 requests, 50 exemplars"},
    ReadItem{"GET status/buildinfo", "the version", "doctor only"},
};

// It knows no roles of its own; proxies before it do.
std::string rights(const config::Instance&) {
    std::string out =
        "Prometheus has no roles of its own. Where a proxy before it decides, allow these paths\n"
        "below /api/v1/ and nothing else (Mimir, Thanos and others: a tenant that may only "
        "read):\n";
    for (const ReadItem& item : kReads) out += fmt::format("{}\n", item.what);
    return out;
}

class Prometheus final : public Source {
  public:
    Prometheus(HttpAccess access, const config::Instance& instance, const Surroundings& around)
        : make_{"prometheus",
                instance.name(),
                {instance.text("cluster"), instance.text("namespace")}},
          clock_(around.clock),
          access_(access),
          api_(std::move(access), around.transport) {
        if (const auto most = instance.count("maxSeries"); most > 0)
            limits_.series = static_cast<std::size_t>(most);
        limits_.step = instance.duration("step");
    }

    model::Signals collect(const Request& request) override {
        Coverage coverage("prometheus/" + make_.instance, intervals_of(request.window));
        auto out =
            prometheus::Collection(make_, api_, request, limits_, clock_.now(), coverage).run();
        out.coverage = coverage.take();
        return out;
    }

    std::vector<Probe> probe(base::Deadline deadline) override {
        std::vector<Probe> out;
        const base::Nanos asked = clock_.now();
        // "time()" is answered by everything that speaks the API, and tells the server's clock
        const auto time = api_.post("query", {{"query", "time()"}}, deadline);
        if (!time) {
            out.push_back(
                {"reach " + api_.url(), false, time.error().text(), time.error().message});
            return out;
        }
        const auto build = api_.get("status/buildinfo", {}, deadline);
        out.push_back({"reach " + api_.url(), true,
                       build ? "version " + base::text_at(build->data, "version", "unknown")
                             : "answers queries",
                       ""});
        out.push_back(transport_probe(access_, clock_, deadline));
        // a scalar: [unix seconds, the value as text]
        const Json& result = base::array_at(time->data, "result");
        if (result.size() == 2 && result[0].is_number()) {
            const double ours = (base::to_seconds(asked) + base::to_seconds(clock_.now())) / 2;
            out.push_back(clock_probe(result[0].get<double>() - ours));
        }
        const auto targets = api_.get("targets", {{"state", "active"}}, deadline);
        if (!targets) return out;
        const Json& active = base::array_at(targets->data, "activeTargets");
        const auto down = std::count_if(active.begin(), active.end(), [](const Json& one) {
            return base::text_at(one, "health") == "down";
        });
        out.push_back({"targets", down == 0, fmt::format("{} of {} down", down, active.size()),
                       down == 0 ? "" : "open the targets page of Prometheus and repair them"});
        return out;
    }

  private:
    RowMaker make_;
    const base::Clock& clock_;
    HttpAccess access_;
    prometheus::Api api_;
    prometheus::Limits limits_;
};

base::Result<std::unique_ptr<Source>> open(const config::Instance& instance,
                                           const Surroundings& around) {
    auto access = http_access("prometheus", instance);
    if (!access) return base::fail(std::move(access.error()));
    return std::make_unique<Prometheus>(std::move(*access), instance, around);
}

}  // namespace
}  // namespace insight::collectors::prometheus

namespace insight::collectors {

extern const Descriptor kPrometheus;
constinit const Descriptor kPrometheus{
    "prometheus",
    "prometheus",
    "Prometheus and compatible: the alert's series, its neighbours, alerts and rules, changes",
    prometheus::kFields,
    &prometheus::open,
    prometheus::kReads,
    &prometheus::rights,
    "Prometheus 2.42 with exporters and rules. Never met: Prometheus 3, Thanos, Mimir and "
    "VictoriaMetrics, "
    "which speak the same API."};

}  // namespace insight::collectors
