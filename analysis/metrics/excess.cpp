#include "analysis/metrics/excess.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/metrics/traffic.h"
#include "analysis/statistics.h"

namespace insight::analysis::metrics {
namespace {

std::string label(const Look& look, const char* key) {
    const auto it = look.series->labels.find(key);
    return it == look.series->labels.end() ? std::string() : it->second;
}

// How well a summary stands for the sum over all requests: a mean adds up, a median nearly, rare
// quantiles do not. Those stand in where nothing better was collected, the commonest of them best.
constexpr double kMean = 3;
constexpr double kMedian = 2;

double aptness(const Look& look) {
    const std::string statistic = label(look, "statistic");
    if (statistic == "avg" || statistic == "mean" || statistic == "average") return kMean;
    const std::string quantile = label(look, "quantile");
    if (quantile.empty() && statistic.empty()) return kMean;
    double q = std::strtod(quantile.c_str(), nullptr);
    if (q > 1) q /= 100;
    return q == 0.5 ? kMedian : q > 0.5 && q < 1 ? 2 - q : 0;
}

struct Measured {
    double value = 0;
    double aptness = 0;
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
    const double apt = aptness(look);
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

// Who calls whom directly, among those that serve.
using Callers = std::map<std::string, std::vector<std::string>>;

Callers callers_of(const std::set<std::string>& serving, const Topology& topology) {
    Callers callers;
    for (const std::string& name : serving)
        for (const auto& [callee, steps] : topology.needs_of(name))
            if (steps == 1 && serving.contains(callee)) callers[callee].push_back(name);
    return callers;
}

// Requests per second where nobody counted them: all that its callers had, for want of better; of
// one without counted callers the usual rate.
double likely_rate(const std::map<std::string, Measured>& rates, const Callers& callers,
                   const std::string& name) {
    double sum = 0;
    if (const auto it = callers.find(name); it != callers.end())
        for (const std::string& caller : it->second)
            if (const auto rate = rates.find(caller); rate != rates.end())
                sum += rate->second.value;
    if (sum > 0) return sum;
    std::vector<double> all;
    for (const auto& [entity, rate] : rates) all.push_back(rate.value);
    return median(all);
}

// What is only estimated is at most what its callers, where they were measured, wait for it.
void cap_by_callers(std::map<std::string, Excess>& excesses, const Callers& callers) {
    for (auto& [name, excess] : excesses) {
        const auto it = callers.find(name);
        if (!excess.estimated || it == callers.end()) continue;
        double waits = -1;
        for (const std::string& caller : it->second)
            if (const auto of = excesses.find(caller);
                of != excesses.end() && !of->second.estimated)
                waits = std::max(waits, of->second.total);
        if (waits >= 0) excess.total = std::min(excess.total, waits);
    }
}

void explain(std::map<std::string, Excess>& excesses, const Callers& callers) {
    std::map<std::string, double> explained;
    for (const auto& [callee, excess] : excesses)
        if (const auto it = callers.find(callee); it != callers.end())
            for (const std::string& caller : it->second)
                if (const auto of = excesses.find(caller); of != excesses.end())
                    explained[caller] += std::min(excess.total, of->second.total);
    for (auto& [name, excess] : excesses)
        excess.own = std::max(0.0, excess.total - explained[name]);
}

// Nobody counts the failures of what is gone but its callers, each its own.
void add_gone(std::map<std::string, Excess>& failures, const Callers& callers,
              const std::set<std::string>& gone) {
    for (const std::string& name : gone) {
        const auto it = callers.find(name);
        if (it == callers.end()) continue;
        double most = 0;
        for (const std::string& caller : it->second)
            if (const auto of = failures.find(caller); of != failures.end())
                most = std::max(most, of->second.total);
        if (most > 0) failures[name] = {most, 0, true};
    }
}

}  // namespace

Excesses excesses_of(const Looks& looks, const Topology& topology,
                     const std::set<std::string>& gone) {
    std::map<std::string, Measured> rates;
    std::map<std::string, Measured> waiting;
    std::map<std::string, Measured> failing;
    std::set<std::string> means;  // who has a series that stands for all requests
    for (const Look& look : looks.all) {
        if (look.entity.name.empty() || look.meaning.view != View::Served) continue;
        if (counts_again(*look.series)) continue;
        if (look.meaning.aspect == Aspect::Throughput) add_rate(rates, look);
        const bool latency = look.meaning.aspect == Aspect::Latency && !look.shape.rate;
        // A mean that was collected and did not move needs nobody to stand in for it.
        if (latency && look.normal && aptness(look) >= kMedian) means.insert(look.entity.name);
        if (!look.shift) continue;
        if (latency) {
            const double unit = seconds_per_unit(look.series->name, look.shape.unit);
            keep_best(waiting, look, excess_of(look) * (unit > 0 ? unit : 1));
        }
        if (look.meaning.aspect == Aspect::Errors || look.meaning.aspect == Aspect::Availability)
            keep_best(failing, look, excess_of(look));
    }
    std::set<std::string> serving;
    for (const auto* measured : {&rates, &waiting, &failing})
        for (const auto& [name, one] : *measured) serving.insert(name);
    serving.insert(gone.begin(), gone.end());
    const Callers callers = callers_of(serving, topology);
    std::erase_if(waiting, [&](const auto& one) {
        return one.second.aptness < kMedian && means.contains(one.first);
    });
    Excesses out;
    const auto fill = [&](const std::map<std::string, Measured>& from,
                          std::map<std::string, Excess>& into,
                          const std::set<std::string>& missing) {
        // Stand-ins are worth comparing with what they stand in for, and with nothing else.
        const bool apt = std::any_of(from.begin(), from.end(),
                                     [](const auto& one) { return one.second.aptness >= kMedian; });
        if (!apt) return;
        for (const auto& [name, measured] : from) {
            const auto rate = rates.find(name);
            const bool counted = measured.counted || rates.empty() || rate != rates.end();
            const double requests = measured.counted || rates.empty() ? 1
                                    : counted                         ? rate->second.value
                                              : likely_rate(rates, callers, name);
            const double each = measured.counted
                                    ? measured.value
                                    : measured.value / static_cast<double>(measured.count);
            Excess& excess = into[name];
            excess.total = each * requests;
            excess.estimated = !counted || measured.aptness < kMedian;
        }
        cap_by_callers(into, callers);
        std::erase_if(into, [](const auto& one) { return one.second.total <= 0; });
        add_gone(into, callers, missing);
        explain(into, callers);
    };
    fill(waiting, out.latency, {});
    fill(failing, out.errors, gone);
    return out;
}

}  // namespace insight::analysis::metrics
