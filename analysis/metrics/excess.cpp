#include "analysis/metrics/excess.h"

#include <algorithm>
#include <cmath>

#include "analysis/metrics/traffic.h"

namespace insight::analysis::metrics {
namespace {

std::string label(const Look& look, const char* key) {
    const auto it = look.series->labels.find(key);
    return it == look.series->labels.end() ? std::string() : it->second;
}

// How well a summary stands for the sum over all requests: a mean adds up, a median nearly, rare
// quantiles do not.
int aptness(const Look& look) {
    const std::string statistic = label(look, "statistic");
    if (statistic == "avg" || statistic == "mean" || statistic == "average") return 3;
    const std::string quantile = label(look, "quantile");
    if (quantile.empty() && statistic.empty()) return 3;
    const double q = std::strtod(quantile.c_str(), nullptr);
    return q == 0.5 || q == 50 ? 2 : 0;
}

struct Measured {
    double value = 0;
    int aptness = 0;
    std::size_t count = 0;
    bool counted = false;  // failures by themselves, not as a share of requests
};

// Requests per second, as counted over the whole window.
void add_rate(std::map<std::string, Measured>& rates, const Look& look) {
    if (const double requests = requests_per_second(look, look.window_mean); requests >= 0)
        rates[look.entity.name].value += requests;
}

double excess_of(const Look& look) {
    const Shift& shift = *look.shift;
    if (shift.unsteady || look.meaning.harm != (shift.upward ? Harm::Up : Harm::Down)) return 0;
    // Part of it is noise; beginning with the window it may be older than the incident.
    const double beyond = std::abs(shift.mean - shift.usual) - 0.5 * shift.normal.scale;
    return std::max(0.0, beyond) * (shift.from_start ? 0.5 : 1);
}

void keep_best(std::map<std::string, Measured>& into, const Look& look, double value) {
    const int apt = aptness(look);
    if (apt == 0) return;
    Measured& best = into[look.entity.name];
    if (apt < best.aptness) return;
    if (apt > best.aptness) best = {};
    best.aptness = apt;
    best.value += value;
    best.counted = look.meaning.harm == Harm::Up && !look.shape.share &&
                   look.meaning.aspect != Aspect::Latency;
    ++best.count;
}

void explain(std::map<std::string, Excess>& excesses, const Topology& topology) {
    for (auto& [name, excess] : excesses) {
        double explained = 0;
        for (const auto& [callee, steps] : topology.needs_of(name))
            if (const auto it = excesses.find(callee); steps == 1 && it != excesses.end())
                explained += std::min(it->second.total, excess.total);
        excess.own = std::max(0.0, excess.total - explained);
    }
}

}  // namespace

Excesses excesses_of(const Looks& looks, const Topology& topology) {
    std::map<std::string, Measured> rates;
    std::map<std::string, Measured> waiting;
    std::map<std::string, Measured> failing;
    for (const Look& look : looks.all) {
        if (look.entity.name.empty() || look.meaning.view != View::Served) continue;
        if (counts_again(*look.series)) continue;
        if (look.meaning.aspect == Aspect::Throughput) add_rate(rates, look);
        if (!look.shift) continue;
        if (look.meaning.aspect == Aspect::Latency && !look.shape.rate) {
            const double unit = seconds_per_unit(look.series->name, look.shape.unit);
            keep_best(waiting, look, excess_of(look) * (unit > 0 ? unit : 1));
        }
        if (look.meaning.aspect == Aspect::Errors || look.meaning.aspect == Aspect::Availability)
            keep_best(failing, look, excess_of(look));
    }
    Excesses out;
    const auto fill = [&rates](const std::map<std::string, Measured>& from,
                               std::map<std::string, Excess>& into) {
        for (const auto& [name, measured] : from) {
            if (measured.value <= 0) continue;
            const auto rate = rates.find(name);
            const double requests = measured.counted || rates.empty() ? 1
                                    : rate == rates.end()             ? 0
                                                                      : rate->second.value;
            const double each = measured.counted
                                    ? measured.value
                                    : measured.value / static_cast<double>(measured.count);
            into[name].total = each * requests;
        }
    };
    fill(waiting, out.latency);
    fill(failing, out.errors);
    explain(out.latency, topology);
    explain(out.errors, topology);
    return out;
}

}  // namespace insight::analysis::metrics
