#include "collectors/kubernetes/usage.h"

#include <array>
#include <charconv>
#include <cmath>

#include "collectors/kubernetes/look.h"
#include "collectors/kubernetes/paired_series.h"
#include "core/kubernetes/listing.h"

namespace insight::collectors::kubernetes {
namespace {

using base::Json;
using insight::kubernetes::Client;
using insight::kubernetes::Listed;
using insight::kubernetes::ListLimits;
using insight::kubernetes::Target;

// kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity
struct Suffix {
    std::string_view text;
    double factor;
};
constexpr std::array kSuffixes{
    Suffix{"", 1},        Suffix{"n", 1e-9},    Suffix{"u", 1e-6},    Suffix{"m", 1e-3},
    Suffix{"k", 1e3},     Suffix{"M", 1e6},     Suffix{"G", 1e9},     Suffix{"T", 1e12},
    Suffix{"P", 1e15},    Suffix{"E", 1e18},    Suffix{"Ki", 1024.0}, Suffix{"Mi", 1048576.0},
    Suffix{"Gi", 0x1p30}, Suffix{"Ti", 0x1p40}, Suffix{"Pi", 0x1p50}, Suffix{"Ei", 0x1p60}};

void add_usage(Json& into, const std::string& key, const Json& usage) {
    const auto cpu = quantity(text(usage, "cpu"));
    const auto memory = quantity(text(usage, "memory"));
    if (cpu && memory) into[key] = {*cpu, *memory};
}

}  // namespace

std::optional<double> quantity(std::string_view text) {
    double value = 0;
    // "12E" and "12e6" are told apart here: an E without digits behind it stays for the suffix.
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
    const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const Suffix& suffix : kSuffixes)
        if (suffix.text == rest) return value * suffix.factor;
    return std::nullopt;
}

base::Result<Json> read_usage(Client& client, const std::vector<std::string>& spaces,
                              std::size_t most, base::Deadline deadline) {
    Json out{{"nodes", Json::object()}, {"containers", Json::object()}};
    // Two numbers of each are kept: of tens of thousands of pods the objects would be megabytes.
    const auto nothing_kept = [&](const auto& add) {
        return [&, add](Json& item) {
            add(item);
            return false;
        };
    };
    const ListLimits limits{500, most, 32U << 20, 100};
    const auto pods = [&](const Json& item) {
        std::string prefix = text(item, "metadata", "namespace");
        prefix.append("/").append(text(item, "metadata", "name")).append("/");
        for (const Json& container : list(item, "containers"))
            if (out["containers"].size() < most)
                add_usage(out["containers"], prefix + text(container, "name"),
                          at(container, "usage"));
    };
    std::vector<std::string> places = spaces;
    if (places.empty()) places.emplace_back();
    for (const std::string& space : places) {
        const auto listed =
            insight::kubernetes::list(client, {"metrics.k8s.io", "v1beta1", "pods", space}, {},
                                      limits, deadline, nothing_kept(pods));
        if (!listed) return base::fail(listed.error());
    }
    Target nodes{"metrics.k8s.io", "v1beta1", "nodes"};
    nodes.namespaced = false;
    // nodes are a right of its own, and worth less than the pods
    static_cast<void>(insight::kubernetes::list(
        client, nodes, {}, limits, deadline, nothing_kept([&](const Json& item) {
            add_usage(out["nodes"], text(item, "metadata", "name"), at(item, "usage"));
        })));
    return out;
}

std::vector<model::Series> usage_series(const std::vector<store::Sample>& samples,
                                        const Estate& estate, const std::string& cluster) {
    PairedSeries series;
    const auto add = [&](const std::string& key, const std::string& prefix, model::Labels labels,
                         base::Nanos time, const Json& usage) {
        if (!cluster.empty()) labels["cluster"] = cluster;
        series.add(key, time, usage, [&] {
            const auto gauge = [&](const char* what, const char* unit) {
                return model::Series{prefix + what, labels, unit, model::SeriesType::Gauge, {}};
            };
            return PairedSeries::Pair{gauge(".cpu.usage", "{cpu}"), gauge(".memory.usage", "By")};
        });
    };
    for (const store::Sample& sample : samples) {
        for (const auto& [name, usage] : map(sample.content, "nodes").items())
            add("n/" + name, "k8s.node", {{"k8s.node.name", name}, {"instance", name}}, sample.time,
                usage);
        for (const auto& [key, usage] : map(sample.content, "containers").items()) {
            const std::size_t first = key.find('/');
            const std::size_t second = key.find('/', first + 1);
            if (first == std::string::npos || second == std::string::npos) continue;
            const std::string space = key.substr(0, first);
            const std::string pod = key.substr(first + 1, second - first - 1);
            model::Labels labels{
                {"namespace", space}, {"k8s.pod.name", pod}, {"container", key.substr(second + 1)}};
            // The pod may be gone by now: its curve is worth having without a service, too.
            if (const Json* object = estate.find("Pod", space, pod))
                labels["service.name"] = estate.service_of(*object);
            add("c/" + key, "container", std::move(labels), sample.time, usage);
        }
    }
    return std::move(series).take();
}

}  // namespace insight::collectors::kubernetes
