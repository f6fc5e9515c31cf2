#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/entity.h"
#include "analysis/logs/log_digest.h"
#include "analysis/metrics/traffic.h"
#include "analysis/stages.h"
#include "analysis/topology.h"
#include "analysis/urgency.h"
#include "analysis/users/share.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

constexpr double kHurts = 0.4;           // harm from which a finding is felt by users
constexpr double kMostlyFailing = 0.25;  // share of requests from which it is critical
constexpr double kFailsMore = 0.002;     // of all requests, above the usual share
constexpr std::size_t kMostServices = 20;

using metrics::Traffic;

// Alertmanager prescribes no severities: these are the words in use. An alert without one still
// wanted somebody.
model::Severity said_by_alerts(const model::Incident& incident) {
    auto worst = model::Severity::None;
    for (const model::Alert& alert : incident.alerts) {
        const auto it = alert.labels.find("severity");
        const std::string said = it == alert.labels.end() ? "warning" : it->second;
        auto severity = model::Severity::Warning;
        if (said == "critical" || said == "page" || said == "error" || said == "high")
            severity = model::Severity::Critical;
        if (said == "info" || said == "none" || said == "low") severity = model::Severity::Info;
        worst = std::max(worst, severity);
    }
    return worst;
}

std::string alert_entity(const model::Incident& incident) {
    return incident.alerts.empty() ? incident.service
                                   : entity_of(incident.alerts.front().labels).name;
}

// Is trouble at this entity part of the incident? It is where the alert points or what depends on
// the first cause; the cause's own place is told by the cause. Without a cause everything counts.
bool feels(const model::Entity& entity, const model::Incident& incident, const Ranking& ranking,
           const Topology& topology) {
    if (entity.name.empty()) return false;
    if (ranking.causes.empty()) return true;
    const model::Entity& first = ranking.causes.front().entity;
    if (entity == first) return false;
    return topology.reaches(entity.name, first.name) || alert_entity(incident) == entity.name;
}

model::Nanos began(const model::Incident& incident, const Ranking& ranking) {
    model::Nanos since =
        incident.alerts.empty() ? incident.window.start : incident.alerts.front().starts_at;
    if (!ranking.causes.empty() && ranking.causes.front().onset)
        since = std::min(since, *ranking.causes.front().onset);
    return std::clamp(since, incident.window.start, incident.window.end);
}

double percent(double share) {
    return std::round(share * 1000) / 10;
}

// What the statements about requests are checked against.
std::string add_traffic(const std::string& entity, const Traffic& traffic,
                        const model::Incident& incident, Detection& detection) {
    model::Evidence evidence;
    evidence.title = "requests of " + base::shorten(entity, 200);
    evidence.source = traffic.source;
    evidence.range = {incident.window.baseline_start, incident.window.end};
    base::Json row{entity, std::round(traffic.requests * 100) / 100,
                   std::round(traffic.usual_requests * 100) / 100};
    base::Json columns{"entity", "requestsPerSecond", "usualRequestsPerSecond"};
    if (traffic.failures_known) {
        columns.push_back("failingPercent");
        columns.push_back("usualFailingPercent");
        row.push_back(percent(traffic.failing));
        row.push_back(percent(traffic.usual_failing));
    }
    evidence.content = {{"kind", "rows"},
                        {"columns", std::move(columns)},
                        {"rows", base::Json::array({std::move(row)})}};
    return detection.evidence.add(std::move(evidence));
}

bool fails_more(const Traffic& traffic) {
    return traffic.failures_known && traffic.failing > traffic.usual_failing + kFailsMore;
}

std::string about_requests(const Traffic& traffic) {
    if (fails_more(traffic))
        return fmt::format(" {:.1f} % of its requests fail (usual: {:.1f} %), at {:.2f} a second.",
                           percent(traffic.failing), percent(traffic.usual_failing),
                           traffic.requests);
    return fmt::format(" It serves {:.2f} requests a second (usual: {:.2f}).", traffic.requests,
                       traffic.usual_requests);
}

void add_service(model::Impact& impact, model::AffectedService service,
                 const std::map<std::string, Traffic>& traffic, const model::Incident& incident,
                 Detection& detection) {
    if (impact.services.size() >= kMostServices) return;
    if (const auto it = traffic.find(service.entity.name); it != traffic.end()) {
        service.symptom += about_requests(it->second);
        service.evidence.push_back(
            add_traffic(service.entity.name, it->second, incident, detection));
    }
    impact.services.push_back(std::move(service));
}

// Where users come in: the entity of the alert when it is counted, else the affected entity with
// the most requests.
const Traffic* entrance(const model::Impact& impact, const model::Incident& incident,
                        const std::map<std::string, Traffic>& traffic, std::string& name) {
    const Traffic* best = nullptr;
    if (const auto it = traffic.find(alert_entity(incident)); it != traffic.end()) {
        name = it->first;
        return &it->second;
    }
    for (const model::AffectedService& service : impact.services)
        if (const auto it = traffic.find(service.entity.name);
            it != traffic.end() && (best == nullptr || it->second.requests > best->requests)) {
            best = &it->second;
            name = it->first;
        }
    return best;
}

// The trend of what hurts most.
Trend trend_of_worst(const Detection& detection) {
    const Finding* worst = nullptr;
    for (const Finding& finding : detection.findings)
        if (finding.harm >= kHurts && finding.clue.onset &&
            (worst == nullptr ||
             finding.harm * finding.clue.strength > worst->harm * worst->clue.strength))
            worst = &finding;
    return worst == nullptr ? Trend::Unknown : trend_of(*worst, detection.evidence);
}

std::string_view in_words(Trend trend) {
    switch (trend) {
        case Trend::Worse:
            return " It is getting worse.";
        case Trend::Recovering:
            return " It is recovering.";
        case Trend::Stable:
            return " It is neither getting worse nor better.";
        case Trend::Unknown:
            return "";
    }
    return "";
}

std::string summary(const model::Impact& impact, const std::string& name, const Traffic* traffic,
                    std::optional<double> budget, double burn, Trend trend) {
    std::string out =
        impact.services.empty()
            ? "Which services are affected could not be told from what was collected."
            : fmt::format("{} {} affected.", impact.services.size(),
                          impact.services.size() == 1 ? "service or data store is"
                                                      : "services or data stores are");
    if (traffic != nullptr && fails_more(*traffic))
        out += fmt::format(" {:.1f} % of the requests to {} fail (usual: {:.1f} %).",
                           percent(traffic->failing), name, percent(traffic->usual_failing));
    if (burn >= 1)
        out += fmt::format(" The error budget of {:.3g} % burns {:.1f} times as fast as it may.",
                           *budget * 100, burn);
    return out + std::string(in_words(trend));
}

// How many users felt it, asked of the requests that pass where trouble is.
std::optional<model::UserImpact> users_of(const model::Incident& incident,
                                          const model::Signals& signals,
                                          const users::Tally& in_logs, const Ranking& ranking,
                                          const model::Impact& impact, Detection& detection) {
    users::Question question{incident.window, began(incident, ranking), {}};
    for (const model::AffectedService& service : impact.services)
        question.places.insert(service.entity.name);
    if (!ranking.causes.empty()) question.places.insert(ranking.causes.front().entity.name);
    if (const std::string name = alert_entity(incident); !name.empty())
        question.places.insert(name);
    model::UserImpact users = users::share_of(signals, in_logs, question, detection.evidence);
    // A scan asks about machines first; that nobody counted users is no news there.
    if (incident.origin == model::Origin::Scan && !users.known) return std::nullopt;
    return users;
}

model::Impact assess(const model::Incident& incident, const model::Signals& signals,
                     const Topology& topology, const users::Tally& in_logs, Detection& detection,
                     const Ranking& ranking, const Judgement& judgement) {
    model::Impact impact;
    if (judgement.verdict == model::Verdict::NothingWrong) {
        impact.urgency = "none";
        impact.statement = "No effect on services was observed.";
        return impact;
    }
    const std::map<std::string, Traffic> traffic =
        metrics::traffic_of(signals, incident.window, began(incident, ranking));
    std::set<std::string> listed;
    for (const Finding& finding : detection.findings) {
        if (!finding.clue.current) continue;
        if (finding.mechanism && !ranking.causes.empty() &&
            finding.mechanism->cause_class == ranking.causes.front().cause_class &&
            finding.clue.entity == ranking.causes.front().entity)
            for (const model::AffectedService& service : finding.mechanism->hurts)
                if (listed.insert(service.entity.name).second)
                    add_service(impact, service, traffic, incident, detection);
        if (finding.harm >= kHurts && feels(finding.clue.entity, incident, ranking, topology) &&
            listed.insert(finding.clue.entity.name).second)
            add_service(impact,
                        {finding.clue.entity, finding.clue.statement, finding.clue.evidence},
                        traffic, incident, detection);
    }
    // Whoever is connected to the data store that is the cause feels it, if nobody better is known.
    if (impact.services.empty() && !ranking.causes.empty())
        if (const auto it = detection.clients.find(ranking.causes.front().entity.name);
            it != detection.clients.end())
            for (const model::AffectedService& client : it->second)
                add_service(impact, client, traffic, incident, detection);
    std::string name;
    const Traffic* front = entrance(impact, incident, traffic, name);
    const std::optional<double> budget = error_budget(incident);
    const bool failing = front != nullptr && fails_more(*front);
    const double burn = failing && budget ? front->failing / *budget : 0;
    impact.severity = said_by_alerts(incident);
    if (impact.severity == model::Severity::None && !impact.services.empty())
        impact.severity = model::Severity::Warning;
    if (failing && front->failing >= kMostlyFailing) impact.severity = model::Severity::Critical;
    const Trend trend = trend_of_worst(detection);
    impact.urgency = urgency_of(impact.severity, trend, burn, incident.resolved_at != 0);
    impact.statement = summary(impact, name, front, budget, burn, trend);
    impact.users = users_of(incident, signals, in_logs, ranking, impact, detection);
    return impact;
}

}  // namespace

model::Impact assess_impact(const Sight& sight, Detection& detection, const Ranking& ranking,
                            const Judgement& judgement) {
    return assess(sight.incident, sight.signals, sight.topology, sight.logs.users(), detection,
                  ranking, judgement);
}

model::Impact assess_impact(const model::Incident& incident, const model::Signals& signals,
                            Detection& detection, const Ranking& ranking,
                            const Judgement& judgement) {
    return assess(incident, signals, topology_of(signals), users::Tally(), detection, ranking,
                  judgement);
}

}  // namespace insight::analysis
