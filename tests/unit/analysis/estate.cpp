#include "tests/unit/analysis/estate.h"

#include <cmath>

namespace insight::analysis::test {
namespace {

constexpr double kTimeout = 1000;  // milliseconds

Nanos millis(double value) {
    return static_cast<Nanos>(value * 1e6);
}

}  // namespace

Fault since_onset(const std::string& who, const std::function<void(Nanos, Health&)>& change) {
    return [who, change](const std::string& service, Nanos time, Health& health) {
        if (service == who && time >= kOnset) change(time - kOnset, health);
    };
}

void busy(Nanos, Health& health) {
    health.cpu = 1;
    health.own_ms = 60;
}

void failing(Nanos, Health& health) {
    health.failing = 0.4;
}

model::Signals signals_of(Estate estate, Sources sources) {
    model::Signals signals;
    if (sources != Sources::Spans) estate.add_metrics(signals);
    if (sources != Sources::Metrics) estate.add_spans(signals, 0.25);
    return signals;
}

model::Incident alert_about(const std::string& metric) {
    model::Incident about = incident("front");
    about.alerts.front().labels["metric"] = metric;
    return about;
}

const std::map<std::string, std::vector<std::string>>& Estate::calls() {
    static const std::map<std::string, std::vector<std::string>> kCalls{
        {"front", {"checkout", "catalog"}},
        {"checkout", {"payment", "stock"}},
        {"catalog", {"stock"}},
        {"payment", {}},
        {"stock", {"stock-db"}},
        {"stock-db", {}}};
    return kCalls;
}

Health Estate::at(const std::string& service, Nanos time) const {
    Health health;
    if (fault_) fault_(service, time, health);
    return health;
}

double Estate::milliseconds(const std::string& service, Nanos time) const {
    double sum = at(service, time).own_ms;
    for (const std::string& callee : calls().at(service)) {
        const Health there = at(callee, time);
        const double answered = there.wire_ms + milliseconds(callee, time);
        sum += (1 - there.lost) * answered + there.lost * kTimeout;
    }
    return sum;
}

double Estate::failing(const std::string& service, Nanos time) const {
    double good = 1 - at(service, time).failing;
    for (const std::string& callee : calls().at(service))
        good *= (1 - at(callee, time).lost) * (1 - failing(callee, time));
    return 1 - good;
}

void Estate::add_metrics(model::Signals& into, Nanos step, double per_second) {
    for (const auto& [service, callees] : calls()) {
        const model::Labels of_service{{"service", service}};
        const model::Labels of_pod{{"service", service}, {"pod", service + "-7f9c-x2"}};
        const auto add = [&](const std::string& name, const std::string& unit,
                             const model::Labels& labels, auto value) {
            model::Series out;
            out.name = name;
            out.unit = unit;
            out.labels = labels;
            out.type = model::SeriesType::Gauge;
            for (Nanos time = window().baseline_start; time <= window().end; time += step)
                if (const Health health = at(service, time); !health.gone)
                    if (const double now = value(time, health); !std::isnan(now))
                        out.points.push_back({time, now});
            into.metrics.push_back(std::move(out));
        };
        // Few requests have uncertain means and shares; none have no mean at all.
        std::map<Nanos, double> answered_in;
        add("http_server_requests_per_second", "1/s", of_service,
            [&](Nanos time, const Health& health) {
                const double usual = per_second * health.traffic * (1 - health.lost);
                const double count = noise_.count(varied(usual, 0.03) * base::to_seconds(step));
                answered_in[time] = count;
                return count / base::to_seconds(step);
            });
        add("http_server_latency_avg_seconds", "s", of_service, [&](Nanos time, const Health&) {
            const double count = answered_in.at(time);
            if (count == 0) return std::nan("");
            return varied(milliseconds(service, time) / 1000,
                          std::hypot(0.04, 0.4 / std::sqrt(count)));
        });
        add("http_server_error_ratio", "1", of_service, [&](Nanos time, const Health&) {
            const double count = answered_in.at(time);
            if (count == 0) return std::nan("");
            return noise_.successes(count, failing(service, time) + 0.001) / count;
        });
        add("container_cpu_usage_cores", "", of_pod, [&](Nanos, const Health& health) {
            return varied(health.cpu * health.traffic * (1 - health.lost), 0.08);
        });
        add("container_memory_working_set_bytes", "By", of_pod,
            [&](Nanos, const Health& health) { return varied(health.memory, 0.01); });
        add("kube_pod_container_status_restarts", "", of_pod,
            [&](Nanos, const Health& health) { return static_cast<double>(health.restarts); });
        for (const std::string& callee : callees)
            into.topology.push_back({service, callee, "calls"});
    }
    into.coverage.push_back(answered("prometheus/main"));
}

std::pair<Nanos, bool> Estate::call(model::Signals& into, const std::string& trace,
                                    const std::string& parent, const std::string& caller,
                                    const std::string& service, Nanos start) {
    const Health health = at(service, start);
    const auto span = [&](const std::string& id, const std::string& above, const std::string& owner,
                          const std::string& kind) {
        model::Span out;
        out.trace_id = trace;
        out.span_id = id;
        out.parent_span_id = above;
        out.name = service + (kind == "client" ? " call" : " serve");
        out.kind = kind;
        out.status = "unset";
        out.attributes = {{"service.name", owner}, {"k8s.pod.name", owner + "-7f9c-x2"}};
        return out;
    };
    const bool lost = std::fmod(static_cast<double>(++spans_) * 0.618, 1.0) < health.lost;
    const double wire = varied(health.wire_ms, 0.3);
    std::string client;
    Nanos began = start;
    if (!caller.empty()) {
        client = "c" + std::to_string(spans_);
        began += millis(wire / 2);
    }
    bool failed = std::fmod(static_cast<double>(++spans_) * 0.414, 1.0) < health.failing;
    Nanos end = began;
    if (!lost) {
        model::Span served = span("s" + std::to_string(spans_), client, service, "server");
        served.start = began;
        end = began + millis(varied(health.own_ms, 0.3));
        const bool own_failure = failed;
        if (!own_failure)
            for (const std::string& callee : calls().at(service)) {
                const auto [back, broken] = call(into, trace, served.span_id, service, callee, end);
                end = back;
                failed = failed || broken;
            }
        served.end = end;
        if (failed) served.status = "error";
        if (own_failure) served.status_message = "cannot do it";
        into.spans.push_back(std::move(served));
    }
    if (caller.empty()) return {end, failed};
    model::Span called = span(client, parent, caller, "client");
    called.start = start;
    called.end = lost ? start + millis(kTimeout) : end + millis(wire / 2);
    failed = failed || lost;
    if (failed) called.status = "error";
    if (lost) called.status_message = "deadline exceeded";
    called.attributes["server.address"] = service;
    end = called.end;
    into.spans.push_back(std::move(called));
    return {end, failed};
}

void Estate::add_spans(model::Signals& into, double per_second) {
    for (Nanos time = window().baseline_start; time < window().end;
         time += static_cast<Nanos>(1e9 / per_second / at("front", time).traffic))
        call(into, "t" + std::to_string(time / 1'000'000), "", "", "front", time);
    into.coverage.push_back(answered("traces/spans"));
}

}  // namespace insight::analysis::test
