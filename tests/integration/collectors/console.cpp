// Opens one collector instance and does what the lines on standard input say, one JSON object a
// line in, one out: {"do":"collect"|"sample"|"probe"|"rights", "timeout": seconds, "window": {…},
// "alerts": […], "question": "…"}. A sample is kept and handed to the next collect, as the
// service does. Arguments: the descriptor's name, then the instance as JSON with its secrets under
// "secrets".
#include <fmt/format.h>

#include <iostream>

#include "collectors/collector.h"

namespace {

using namespace insight;
using base::Json;

Json answer(const model::Signals& signals) {
    Json out = Json::object();
    const auto fill = [&](const char* key, const auto& items) {
        out[key] = Json::array();
        for (const auto& item : items) out[key].push_back(model::to_json(item));
    };
    fill("metrics", signals.metrics);
    fill("databases", signals.databases);
    fill("changes", signals.changes);
    fill("coverage", signals.coverage);
    fill("logs", signals.logs);
    fill("spans", signals.spans);
    fill("topology", signals.topology);
    out["events"] = signals.events;
    out["resources"] = signals.resources;
    return out;
}

model::Incident incident_of(const Json& order) {
    model::Incident incident;
    incident.question = base::text_at(order, "question");
    incident.service = base::text_at(order, "service");
    for (const Json& value : base::array_at(order, "alerts"))
        incident.alerts.push_back(model::alert_from_json(value).value());
    return incident;
}

model::Window window_of(const Json& order, base::Nanos now) {
    const Json& window = base::object_at(order, "window");
    const auto at = [&](const char* key, base::Nanos fallback) {
        return window.contains(key) ? base::from_seconds(base::number_at(window, key)) : fallback;
    };
    return {at("start", now - 5 * base::kMinute), at("end", now),
            at("baselineStart", now - 30 * base::kMinute),
            at("baselineEnd", now - 5 * base::kMinute)};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    const auto* descriptor = collectors::find(argv[1]);
    auto settings = base::parse_json(argv[2], "the instance");
    if (descriptor == nullptr || !settings) return 2;

    std::map<std::string, base::Secret> secrets;
    for (const auto& [key, value] : base::object_at(*settings, "secrets").items())
        secrets.emplace(key, base::Secret(value.get<std::string>()));
    const config::Instance instance(base::text_at(*settings, "name"), *settings, secrets);

    base::SystemClock clock;
    const auto transport = net::make_transport(net::Adapter::Cpprest);
    std::vector<store::Sample> samples;
    const collectors::Surroundings around{*transport, clock, [&](base::Nanos from, base::Nanos to) {
                                              std::vector<store::Sample> out;
                                              for (const auto& one : samples)
                                                  if (one.time >= from && one.time <= to)
                                                      out.push_back(one);
                                              return out;
                                          }};
    auto source = descriptor->open(instance, around);
    if (!source) {
        std::cout << Json{{"error", source.error().text()}} << std::endl;
        return 1;
    }
    for (std::string line; std::getline(std::cin, line);) {
        const auto order = base::parse_json(line, "the order");
        if (!order) return 2;
        const auto deadline = base::Deadline::after(std::chrono::milliseconds(
            static_cast<int>(base::number_at(*order, "timeout", 10) * 1e3)));
        const std::string what = base::text_at(*order, "do");
        Json out = Json::object();
        const auto began = std::chrono::steady_clock::now();
        if (what == "collect") {
            const auto incident = incident_of(*order);
            out = answer((*source)->collect({incident, window_of(*order, clock.now()), deadline}));
        } else if (what == "sample") {
            auto sample = (*source)->sample(deadline);
            if (sample) {
                samples.push_back({argv[1], instance.name(), clock.now(), *sample});
                out = *sample;
            } else {
                out["error"] = sample.error().text();
            }
        } else if (what == "rights") {
            out["rights"] = descriptor->rights == nullptr ? "" : descriptor->rights(instance);
        } else if (what == "probe") {
            out["probes"] = Json::array();
            for (const auto& one : (*source)->probe(deadline))
                out["probes"].push_back({{"what", one.what},
                                         {"ok", one.ok},
                                         {"finding", one.finding},
                                         {"fix", one.fix}});
        }
        out["seconds"] =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        std::cout << base::dump_json(out) << std::endl;
    }
    return 0;
}
