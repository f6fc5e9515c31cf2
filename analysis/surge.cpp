#include "analysis/surge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/metrics/traffic.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

constexpr double kRise = 1.5;      // times the usual requests, from which it is a surge
constexpr double kClear = 2;       // surprise of the traffic itself: once in a hundred windows
constexpr double kFelt = 0.3;      // harm from which somebody may be hurt
constexpr double kCounted = 1;     // directness: requests are counted, and who is hurt was seen
constexpr double kHarmless = 0.5;  // … where nobody was seen to be hurt
constexpr std::size_t kMostRows = 20;
constexpr model::Nanos kBetweenPoints = base::kMinute;

using Traffic = std::map<std::string, metrics::Traffic>;

bool tells_traffic(const Finding& finding) {
    return finding.clue.current && finding.aspect == Aspect::Throughput &&
           finding.view != View::Seen && finding.surprise >= kClear;
}

double times(const metrics::Traffic& of) {
    return of.usual_requests > 0 ? of.requests / of.usual_requests : 1;
}

// The strongest shift of traffic at an entrance: requests that no measured entity sends.
const Finding* busiest_entrance(const Sight& sight, const Detection& detection,
                                const Traffic& traffic) {
    const Finding* best = nullptr;
    double most = 0;
    for (const Finding& finding : detection.findings) {
        const std::string& name = finding.clue.entity.name;
        const auto it = traffic.find(name);
        if (!tells_traffic(finding) || it == traffic.end() || times(it->second) < kRise) continue;
        const bool called = std::any_of(traffic.begin(), traffic.end(), [&](const auto& other) {
            return other.first != name && sight.topology.reaches(other.first, name);
        });
        const double surplus = it->second.requests - it->second.usual_requests;
        if (called || surplus <= most) continue;
        most = surplus;
        best = &finding;
    }
    return best;
}

// Of everybody behind the entrance; who is not counted receives what the entrance does.
std::map<std::string, double> surplus_behind(const Finding& at, const Sight& sight,
                                             const Traffic& traffic) {
    const double most = 1 - 1 / times(traffic.at(at.clue.entity.name));
    std::map<std::string, double> out{{at.clue.entity.name, most}};
    for (const auto& [name, steps] : sight.topology.needs_of(at.clue.entity.name)) {
        const auto it = traffic.find(name);
        const double own = it == traffic.end() ? most : 1 - 1 / std::max(1.0, times(it->second));
        if (own > 0) out[name] = std::min(most, own);
    }
    return out;
}

bool hurts_somebody(const Detection& detection, const std::map<std::string, double>& surplus,
                    model::Nanos since) {
    return std::any_of(detection.findings.begin(), detection.findings.end(),
                       [&](const Finding& finding) {
                           const bool felt = finding.aspect == Aspect::Latency ||
                                             finding.aspect == Aspect::Errors ||
                                             finding.aspect == Aspect::Availability;
                           return felt && finding.clue.current && finding.harm >= kFelt &&
                                  surplus.contains(finding.clue.entity.name) &&
                                  finding.clue.onset.value_or(since) + kBetweenPoints >= since;
                       });
}

model::Evidence requests_of(const Finding& at, const std::map<std::string, double>& surplus,
                            const Traffic& traffic, const model::Window& window,
                            model::Nanos since) {
    base::Json rows = base::Json::array();
    const auto add = [&](const std::string& name) {
        const auto it = traffic.find(name);
        if (it != traffic.end() && rows.size() < kMostRows)
            rows.push_back({name, base::format_number(it->second.requests),
                            base::format_number(it->second.usual_requests)});
    };
    add(at.clue.entity.name);
    for (const auto& [name, share] : surplus)
        if (name != at.clue.entity.name) add(name);
    model::Evidence evidence;
    evidence.title = "requests a second: " + at.clue.entity.name + " and what it calls";
    evidence.source = traffic.at(at.clue.entity.name).source;
    evidence.range = {window.baseline_start, window.end};
    evidence.content = {{"kind", "rows"},
                        {"columns", {"service", "a second since", "a second usually"}},
                        {"rows", std::move(rows)},
                        {"facts", {{"since", base::format_rfc3339(since)}}}};
    return evidence;
}

}  // namespace

void find_surge(const Sight& sight, Detection& into) {
    const model::Window& window = sight.incident.window;
    std::optional<model::Nanos> first;
    bool any = false;
    for (const Finding& finding : into.findings) {
        if (!tells_traffic(finding)) continue;
        any = true;
        if (finding.clue.onset && (!first || *finding.clue.onset < *first))
            first = finding.clue.onset;
    }
    if (!any) return;
    const model::Nanos since = first.value_or(window.start);
    const Traffic traffic = metrics::traffic_of(sight.signals, window, since);
    const Finding* at = busiest_entrance(sight, into, traffic);
    if (at == nullptr) return;
    const metrics::Traffic& received = traffic.at(at->clue.entity.name);
    Finding finding;
    finding.clue.kind = "load_surge";
    finding.clue.entity = at->clue.entity;
    finding.clue.strength = at->clue.strength;
    finding.clue.onset = since;
    finding.clue.statement =
        fmt::format("{} receives {} requests a second since {} (usual: {}).", at->clue.entity.name,
                    base::format_number(received.requests), base::format_clock(since),
                    base::format_number(received.usual_requests));
    finding.brief = fmt::format("{} receives {} requests a second (usual: {}).",
                                at->clue.entity.name, base::format_number(received.requests),
                                base::format_number(received.usual_requests));
    finding.aspect = Aspect::Load;
    finding.surprise = at->surprise;
    finding.magnitude = std::log(times(received));
    finding.surplus = surplus_behind(*at, sight, traffic);
    finding.clue.evidence = {
        into.evidence.add(requests_of(*at, finding.surplus, traffic, window, since))};
    Mechanism mechanism;
    mechanism.cause_class = "load_surge";
    mechanism.statement = finding.clue.statement;
    mechanism.directness = hurts_somebody(into, finding.surplus, since) ? kCounted : kHarmless;
    mechanism.overturned_by = {
        "If as many requests were served without harm at another time, the load is not the cause.",
        ""};
    finding.mechanism = std::move(mechanism);
    into.findings.push_back(std::move(finding));
}

}  // namespace insight::analysis
