#include "analysis/changes/elsewhere.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "analysis/changes/fit.h"
#include "analysis/entity.h"
#include "analysis/statistics.h"
#include "core/base/text.h"

namespace insight::analysis::changes {
namespace {

constexpr double kRise = 1.4;  // below this, traffic did not really grow
constexpr std::size_t kMinimum = 3;

// Effects that more load alone does not bring about.
constexpr std::array kNotByLoad{Effect::NullAccess,     Effect::Race,        Effect::Bounds,
                                Effect::Serialization,  Effect::Denied,      Effect::Certificate,
                                Effect::NameResolution, Effect::Version,     Effect::Schema,
                                Effect::Misconfigured,  Effect::Descriptors, Effect::FanOut};

double observed(const Symptoms& symptoms, Effect effect) {
    return symptoms.effects.at(static_cast<std::size_t>(effect));
}

// How many times the baseline's median a gauge of incoming work has, from the onset on.
double growth(const model::Series& series, const model::Window& window, model::Nanos onset) {
    std::vector<double> before;
    std::vector<double> after;
    for (const model::Point& point : series.points) {
        if (point.time >= window.baseline_start && point.time < std::min(onset, window.start))
            before.push_back(point.value);
        else if (point.time >= onset && point.time <= window.end)
            after.push_back(point.value);
    }
    if (before.size() < kMinimum || after.size() < kMinimum) return 1;
    const double usual = median(before);
    return usual <= 0 ? 1 : median(after) / usual;
}

// Work that arrives, told by the name of the series: requests, calls, messages per second.
bool is_traffic(const model::Series& series) {
    static const re2::RE2 kArrives(
        R"((?i)(requests?|calls|hits|messages?|records?|events?|sessions?|visitors|transactions?).{0,4}per.?(sec|min)|request_?(rate|count)|\brps\b|\bqps\b|\btps\b|throughput|traffic|http_requests|requests_total$)");
    static const re2::RE2 kBad(
        R"((?i)error|fail|5xx|4xx|slow|reject|timeout|drop|throttl|shed|duration|latency|quer)");
    // The value of a counter only grows: compared with earlier it always rose.
    return series.type != model::SeriesType::Counter &&
           re2::RE2::PartialMatch(series.name, kArrives) &&
           !re2::RE2::PartialMatch(series.name, kBad);
}

// More work from outside: services that nobody calls received more, and the others with them.
Judged surge(const model::Incident& incident, const model::Signals& signals,
             const Topology& topology, const Symptoms& symptoms) {
    std::map<std::string, double> grown;
    for (const model::Series& series : signals.metrics) {
        if (!is_traffic(series)) continue;
        const std::string entity = entity_of(series.labels, series.name).name;
        const double times = growth(series, incident.window, symptoms.onset);
        double& known = grown[entity];
        known = std::max(known, times);
    }
    double unlike = 0;
    for (const Effect effect : kNotByLoad)
        unlike = std::max(unlike, observed(symptoms, effect) * text_of(effect).telling);
    if (grown.empty())
        return {0.5 * observed(symptoms, Effect::Traffic) * (1 - unlike),
                "traffic was not measured; only messages speak of it"};
    double entry = 0;
    std::size_t risen = 0;
    std::string where;
    for (const auto& [entity, times] : grown) {
        if (times < kRise) continue;
        ++risen;
        const bool called =
            std::any_of(grown.begin(), grown.end(), [&, &name = entity](auto& other) {
                return other.first != name && topology.reaches(other.first, name);
            });
        const bool by_another =
            called ||
            std::any_of(symptoms.entities.begin(), symptoms.entities.end(),
                        [&, &name = entity](const auto& other) {
                            return other.first != name && topology.reaches(other.first, name);
                        });
        if (by_another || times <= entry) continue;
        entry = times;
        where = entity;
    }
    if (entry < kRise) return {0, "no traffic from outside grew"};
    const double strength = std::min(1.0, std::log(entry / kRise) / std::log(3.0) + 0.3);
    const double breadth = static_cast<double>(risen) / static_cast<double>(grown.size());
    return {strength * (0.4 + 0.6 * breadth) * (1 - unlike),
            fmt::format("{} received {:.2g} times its usual traffic{}", where, entry,
                        unlike > 0.4 ? ", which does not explain everything observed" : "")};
}

Judged platform(const Symptoms& symptoms) {
    struct Row {
        Effect effect;
        double weight;
    };
    static constexpr std::array kRows{Row{Effect::NameResolution, 1}, Row{Effect::Certificate, 0.7},
                                      Row{Effect::Platform, 0.8}, Row{Effect::Disk, 0.3}};
    std::set<std::string> together;
    for (const Symptom& symptom : symptoms.all)
        if (symptom.onset && symptom.weight >= 0.5 && symptom.harmful &&
            std::abs(*symptom.onset - symptoms.onset) <= 5 * base::kMinute)
            together.insert(symptom.entity);
    const double breadth = std::min(1.0, static_cast<double>(together.size()) / 4);
    Judged best{0, "nothing below the services was in trouble"};
    for (const Row& row : kRows) {
        const double value = observed(symptoms, row.effect) * row.weight * (0.5 + 0.5 * breadth);
        if (value > best.value)
            best = {value, fmt::format("{} in trouble, and {} entities hurt at once",
                                       text_of(row.effect).name, together.size())};
    }
    return best;
}

// The first host that a text names and that is none of ours.
std::string foreign_host(std::string_view text, const std::set<std::string>& ours) {
    static const re2::RE2 kHost(R"(\b((?:[a-z0-9-]+\.)+(?:com|net|org|io|dev|co|eu|de|cloud))\b)");
    // Packages are named like hosts, mostly the other way round: java.net.SocketException.
    static const std::set<std::string, std::less<>> kPackages{"com", "net", "org", "io", "java"};
    re2::StringPiece rest(text.data(), text.size());
    std::string host;
    while (re2::RE2::FindAndConsume(&rest, kHost, &host)) {
        const bool goes_on = rest.size() > 1 && rest[0] == '.' &&
                             std::isalnum(static_cast<unsigned char>(rest[1])) != 0;
        const std::string first = host.substr(0, host.find('.'));
        if (!goes_on && !kPackages.contains(first) && !ours.contains(first)) return host;
    }
    return {};
}

Judged external(const Symptoms& symptoms, const model::Signals& signals) {
    // orders.example.com is the service orders, seen from outside.
    std::set<std::string> ours;
    for (const auto& [entity, weight] : symptoms.entities) ours.insert(entity);
    for (const model::Edge& edge : signals.topology) ours.insert({edge.from, edge.to});
    static const re2::RE2 kOutside(
        R"((?i)third.?party|provider|vendor|upstream (api|provider|gateway)|external (api|service)|partner|status.?page)");
    Judged best{0, "no dependency outside was in trouble"};
    for (const Symptom& symptom : symptoms.all) {
        const std::string host = foreign_host(symptom.text, ours);
        const bool named = !host.empty();
        if (!named && !re2::RE2::PartialMatch(symptom.text, kOutside)) continue;
        const double value = 0.8 * symptom.weight;
        if (value > best.value)
            best = {value, named ? "messages name " + host + ", which is not ours"
                                 : "messages speak of a provider outside"};
    }
    return best;
}

// Was the alert's own quantity nearly this far from normal before?
Judged recurring(const model::Incident& incident, const model::Signals& signals,
                 const Symptoms& symptoms) {
    if (incident.alerts.empty()) return {0, ""};
    const auto metric = incident.alerts.front().labels.find("metric");
    const std::string wanted = metric == incident.alerts.front().labels.end() ? "" : metric->second;
    for (const model::Series& series : signals.metrics) {
        if (wanted.empty() || series.name != wanted ||
            entity_of(series.labels, series.name).name != symptoms.subject)
            continue;
        std::vector<double> before;
        double top = 0;
        for (const model::Point& point : series.points) {
            if (point.time < symptoms.onset - base::kMinute && point.time < incident.window.start)
                before.push_back(point.value);
            else
                top = std::max(top, point.value);
        }
        if (before.size() < 20) continue;
        const double usual = median(before);
        const double bar = usual + 0.6 * (top - usual);
        int times = 0;
        bool above = false;
        for (const double value : before) {
            if (value > bar && !above) ++times;
            above = value > bar;
        }
        if (top > usual && times >= 1)
            return {std::min(1.0, 0.4 + 0.3 * times),
                    fmt::format("{} was as high {} times in the baseline", series.name, times)};
    }
    return {0, "was not seen before"};
}

}  // namespace

void look_elsewhere(const model::Incident& incident, const model::Signals& signals,
                    const Topology& topology, const Symptoms& symptoms, Suspicion& into) {
    const auto set = [&](Otherwise reason, Judged judged) {
        into.otherwise.at(static_cast<std::size_t>(reason)) = std::move(judged);
    };
    set(Otherwise::Surge, surge(incident, signals, topology, symptoms));
    set(Otherwise::Platform, platform(symptoms));
    set(Otherwise::External, external(symptoms, signals));
    set(Otherwise::Recurring, recurring(incident, signals, symptoms));
    double near = 0;
    double fit = 0;
    for (const Suspect& suspect : into.suspects) {
        const double real = suspect[Trait::Shipped].value * (1 - suspect[Trait::Before].value) *
                            (1 - suspect[Trait::Trivial].value);
        const double lag = base::to_seconds(std::max<model::Nanos>(
            0, symptoms.onset - (suspect.live == 0 ? incident.window.end : suspect.live)));
        near = std::max(near, real * suspect[Trait::Distance].value * std::exp(-lag / 1800));
        fit = std::max(fit, real * suspect[Trait::Fit].value);
    }
    set(Otherwise::Unchanged,
        {1 - near, near < 0.3 ? "nothing of weight went live near the onset where it hurts"
                              : "something went live near the onset where it hurts"});
    set(Otherwise::NoFit, {1 - fit, fit < 0.3 ? "no change fits what was observed"
                                              : "a change fits what was observed"});
}

}  // namespace insight::analysis::changes
