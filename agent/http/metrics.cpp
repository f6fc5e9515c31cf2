#include "agent/http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace insight::http {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// A family of one value that somebody else counts.
MetricFamily single(std::string name, std::string help, MetricType type, double value) {
    MetricFamily family{std::move(name), std::move(help), type, {}};
    prometheus::ClientMetric metric;
    if (type == MetricType::Counter)
        metric.counter.value = value;
    else
        metric.gauge.value = value;
    family.metric.push_back(metric);
    return family;
}

}  // namespace

struct Metrics::Inside {
    prometheus::Registry registry;
    prometheus::Family<prometheus::Counter>& requests =
        prometheus::BuildCounter()
            .Name("insight_http_requests_total")
            .Help("Answered requests by route and status code.")
            .Register(registry);
    prometheus::Family<prometheus::Histogram>& seconds =
        prometheus::BuildHistogram()
            .Name("insight_http_request_seconds")
            .Help("Seconds from the complete request to its answer, by route.")
            .Register(registry);
    prometheus::Counter& deliveries = prometheus::BuildCounter()
                                          .Name("insight_webhook_deliveries_total")
                                          .Help("Alert deliveries that were acknowledged.")
                                          .Register(registry)
                                          .Add({});
    prometheus::Counter& alerts = prometheus::BuildCounter()
                                      .Name("insight_webhook_alerts_total")
                                      .Help("Alerts in acknowledged deliveries.")
                                      .Register(registry)
                                      .Add({});

    // Finding a metric by its labels hashes and locks; this map is what a request pays instead.
    struct Route {
        prometheus::Histogram* seconds = nullptr;
        std::map<int, prometheus::Counter*> codes;
    };
    std::mutex mutex;
    std::map<std::string, Route> routes;
};

Metrics::Metrics(const std::string& version) : inside_(std::make_unique<Inside>()) {
    prometheus::BuildGauge()
        .Name("insight_build_info")
        .Help("Always 1; the label says which version runs.")
        .Register(inside_->registry)
        .Add({{"version", version}})
        .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::answered(const std::string& route, int status, std::chrono::nanoseconds took) {
    const std::lock_guard lock(inside_->mutex);
    Inside::Route& entry = inside_->routes[route];
    if (entry.seconds == nullptr)
        entry.seconds = &inside_->seconds.Add(
            // By route pattern, never by path: labels must not grow with what people ask for.
            {{"route", route}},
            prometheus::Histogram::BucketBoundaries{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                    0.25, 0.5, 1, 2.5, 5, 10});
    prometheus::Counter*& counter = entry.codes[status];
    if (counter == nullptr)
        counter = &inside_->requests.Add({{"route", route}, {"code", std::to_string(status)}});
    counter->Increment();
    entry.seconds->Observe(std::chrono::duration<double>(took).count());
}

void Metrics::received(std::size_t alerts) {
    inside_->deliveries.Increment();
    inside_->alerts.Increment(static_cast<double>(alerts));
}

std::string Metrics::text(const store::Counters& store, const EndpointCounters& endpoint,
                          std::size_t streams) const {
    std::vector<MetricFamily> families = inside_->registry.Collect();
    const auto add = [&families](const char* key, const char* help, MetricType type, auto value) {
        families.push_back(single(key, help, type, static_cast<double>(value)));
    };
    add("insight_store_commits_total", "Transactions that were synced to disk.",
        MetricType::Counter, store.commits);
    add("insight_store_deliveries_total", "Deliveries in those transactions.", MetricType::Counter,
        store.deliveries);
    add("insight_jobs_queued", "Investigations that wait or run.", MetricType::Gauge,
        store.queued_jobs);
    add("insight_incidents", "Incidents in the store.", MetricType::Gauge, store.incidents);
    add("insight_http_connections", "Open connections.", MetricType::Gauge, endpoint.open);
    add("insight_http_connections_total", "Accepted connections.", MetricType::Counter,
        endpoint.accepted);
    add("insight_http_accept_pauses_total",
        "Times that accepting was suspended: all places taken, or no descriptors.",
        MetricType::Counter, endpoint.pauses);
    add("insight_http_streams", "Open event streams.", MetricType::Gauge, streams);
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace insight::http
