#include "analysis/metrics/metric_clues.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "analysis/metrics/alert_quantity.h"
#include "analysis/metrics/excess.h"
#include "analysis/metrics/histogram.h"
#include "analysis/metrics/saturation.h"
#include "analysis/metrics/series_evidence.h"
#include "analysis/metrics/shared_way.h"
#include "analysis/metrics/silence.h"
#include "analysis/metrics/traffic.h"
#include "analysis/metrics/wording.h"
#include "core/base/text.h"

namespace insight::analysis::metrics {
namespace {

constexpr std::size_t kMostPerAspect = 2;  // of one entity and pod
constexpr std::size_t kMostFindings = 300;
constexpr double kNoticed = 1e-3;      // seconds of latency below which nobody is hurt
constexpr double kRelevant = 0.15;     // relative change below which a shift is a curiosity
constexpr double kShareMoved = 0.005;  // of all requests, for shares of success and failure
constexpr double kUsageMoved = 0.05;   // of what is allowed
constexpr double kWorthAWord = 1;      // surprise
constexpr double kGone = 0.7;          // strength, where callers fail as well
constexpr double kSharedWay = 0.5;     // directness: two agree, nobody saw the way itself
constexpr double kMostSurprise = 30;
constexpr double kSilence = 0.3;  // surprise: one in two
constexpr double kMostMagnitude = 10;

bool harmful(const Look& look) {
    return look.meaning.harm == (look.shift->upward ? Harm::Up : Harm::Down);
}

bool relevant(const Look& look) {
    const Shift& shift = *look.shift;
    if (shift.unsteady) return shift.distance >= 2;
    const double change = std::abs(shift.level - shift.usual);
    if (look.shape.share)
        return change >= (look.meaning.view == View::Own ? kUsageMoved : kShareMoved);
    const double base = std::max({std::abs(shift.usual), shift.normal.scale, 1e-12});
    return change / base >= kRelevant;
}

// Microseconds that became more microseconds hurt nobody.
bool too_fast_to_matter(const Look& look) {
    if (look.meaning.aspect != Aspect::Latency || look.shape.rate) return false;
    const double seconds = seconds_per_unit(look.series->name, look.shape.unit);
    return seconds > 0 && std::max(look.shift->level, look.shift->usual) * seconds < kNoticed;
}

// A quantile that one event in hundreds decides says little about users.
double rarity(const model::Labels& labels) {
    const auto it = labels.find("quantile");
    if (it == labels.end()) return 1;
    double quantile = std::strtod(it->second.c_str(), nullptr);
    if (quantile > 1) quantile /= 100;  // some exporters write 99.9
    return quantile >= 0.995 ? 0.25 : quantile >= 0.985 ? 0.7 : 1;
}

double log_ratio(double now, double usual, double least) {
    const double low = std::max(least, 1e-12);
    return std::abs(std::log(std::max(std::abs(now), low) / std::max(std::abs(usual), low)));
}

// How many times more or less; for shares of success the failures count.
double magnitude_of(const Look& look) {
    const Shift& shift = *look.shift;
    if (shift.unsteady) return std::log1p(shift.distance);
    double size = log_ratio(shift.level, shift.usual, shift.normal.scale);
    if (look.shape.share)
        size = std::max(size, log_ratio(1 - shift.level, 1 - shift.usual, shift.normal.scale));
    return std::min(size, kMostMagnitude);
}

double strength_of(const Look& look) {
    return (1 - std::exp(-look.shift->distance / 8)) * (look.shift->from_start ? 0.5 : 1);
}

Finding finding_of(const Look& look, const model::Signals& signals, const model::Window& window,
                   Detection& into) {
    Finding finding;
    finding.clue.kind = "metric_shift";
    finding.clue.entity = look.entity;
    finding.clue.statement = sentence(look);
    finding.brief = moved(look) + " " + before(look) + ".";
    finding.clue.strength = strength_of(look);
    finding.clue.onset = look.shift->onset;
    finding.clue.current = look.shift->current;
    if (!look.shift->current) finding.until = look.shift->end;
    // Making a chart and its digest costs as much as judging several series.
    finding.clue.evidence = {look.chart.empty()
                                 ? add_series(into.evidence, signals, *look.series, look.shape,
                                              &*look.normal, &*look.shift, window)
                                 : look.chart};
    finding.aspect = look.meaning.aspect;
    finding.view = look.meaning.view;
    finding.harm = harmful(look) ? look.meaning.weight * rarity(look.series->labels)
                   : look.meaning.known && look.meaning.harm != Harm::Neither
                       ? 0
                       : 0.3 * look.meaning.weight;
    finding.surprise = look.surprise;
    finding.magnitude = magnitude_of(look);
    finding.pod = look.pod;
    finding.counterpart = look.counterpart;
    return finding;
}

void add_excess(Finding& finding, const Excesses& excesses) {
    if (finding.view != View::Served || finding.harm <= 0) return;
    const auto& of = finding.aspect == Aspect::Latency ? excesses.latency : excesses.errors;
    if (finding.aspect != Aspect::Latency && finding.aspect != Aspect::Errors &&
        finding.aspect != Aspect::Availability)
        return;
    const auto it = of.find(finding.clue.entity.name);
    if (it == of.end()) return;
    finding.excess = it->second.total;
    finding.own_excess = it->second.own;
}

// Strongest first: what surprises, hurts and moved far.
double weight_of(const Look& look) {
    return (0.2 + look.surprise) * (0.2 + look.meaning.weight * (harmful(look) ? 1 : 0.3)) *
           (0.3 + std::min(magnitude_of(look), 3.0));
}

void add_shifts(const Looks& looks, const model::Signals& signals, const model::Window& window,
                const Excesses& excesses, Detection& into) {
    std::vector<const Look*> moved;
    for (const Look& look : looks.all) {
        if (!look.shift || look.entity.name.empty()) continue;
        if (!relevant(look) || too_fast_to_matter(look)) continue;
        const bool compared =
            look.meaning.view == View::Served && harmful(look) && look.p_value < 0.01 &&
            (look.meaning.aspect == Aspect::Latency || look.meaning.aspect == Aspect::Errors ||
             look.meaning.aspect == Aspect::Availability);
        if (look.surprise < kWorthAWord && !compared) continue;
        moved.push_back(&look);
    }
    std::stable_sort(moved.begin(), moved.end(),
                     [](const Look* a, const Look* b) { return weight_of(*a) > weight_of(*b); });
    std::map<std::tuple<model::Entity, std::string, Aspect, View>, std::size_t> shown;
    std::set<std::string> said;  // one summary of a quantity says it
    std::size_t count = 0;
    for (const Look* look : moved) {
        if (count >= kMostFindings) break;
        if (!said.insert(look->quantity).second) continue;
        if (shown[{look->entity, look->pod, look->meaning.aspect, look->meaning.view}]++ >=
            kMostPerAspect)
            continue;
        ++count;
        Finding finding = finding_of(*look, signals, window, into);
        add_excess(finding, excesses);
        into.findings.push_back(std::move(finding));
    }
}

void add_fullness(const Fullness& full, const model::Signals& signals, const model::Window& window,
                  Detection& into) {
    const Look& look = *full.usage;
    Finding finding;
    finding.clue.kind = "saturation";
    finding.clue.entity = look.entity;
    const std::string detail = detail_of(look.series->labels);
    const std::string subject =
        base::shorten(look.series->name, 160) + (detail.empty() ? "" : " {" + detail + "}");
    model::Evidence limits;
    limits.title = "how full: " + subject;
    limits.source = "metrics";
    limits.range = {window.baseline_start, window.end};
    limits.query = look.series->name;
    limits.content = {{"kind", "rows"},
                      {"columns", {"usage", "limit", "percentNow", "percentUsual"}},
                      {"rows",
                       {{subject, full.limit == nullptr ? "its unit" : full.limit->name,
                         std::round(full.now * 1000) / 10, std::round(full.usual * 1000) / 10}}}};
    finding.clue.statement =
        fmt::format("{} is {:.1f} % full (usual: {:.1f} %).", subject,
                    std::round(full.now * 1000) / 10, std::round(full.usual * 1000) / 10);
    finding.brief = finding.clue.statement;
    finding.clue.strength = std::min(1.0, 0.5 + (full.now - kFull) * 5);
    if (look.shift && look.shift->upward) finding.clue.onset = look.shift->onset;
    finding.clue.evidence = {into.evidence.add(std::move(limits)),
                             add_series(into.evidence, signals, *look.series, look.shape,
                                        look.normal ? &*look.normal : nullptr,
                                        look.shift ? &*look.shift : nullptr, window)};
    finding.aspect = Aspect::Saturation;
    finding.view = View::Own;
    finding.harm = std::max(0.6, look.meaning.weight);
    finding.surprise = std::max(look.surprise, 1.0);
    finding.magnitude = std::min(kMostMagnitude, log_ratio(full.now, full.usual, 0.01));
    finding.pod = look.pod;
    into.findings.push_back(std::move(finding));
}

// Nothing of it is left, and whoever calls it fails: it answers nobody.
Mechanism no_answer(const Finding& finding) {
    Mechanism mechanism;
    mechanism.cause_class = "no_answer";
    mechanism.level = model::Level::Infrastructure;
    mechanism.statement =
        fmt::format("Nothing of {} has been reported since {}, and its callers fail.",
                    finding.clue.entity.name, base::format_clock(*finding.clue.onset));
    mechanism.directness = 0.7;
    mechanism.overturned_by = {
        "If it answers when it is called directly, only its metrics were lost.", ""};
    return mechanism;
}

void add_silence(const Silence& silence, const model::Signals& signals, const model::Window& window,
                 const Excesses& excesses, const std::set<std::string>& gone, Detection& into) {
    const Look& look = *silence.look;
    const double surprise = -std::log10(silence.p_value);
    if (surprise < kSilence) return;
    Finding finding;
    finding.clue.kind = silence.stopped ? "metric_silent" : "metric_appeared";
    finding.clue.entity = look.entity;
    const std::string detail = detail_of(look.series->labels);
    const std::string subject =
        base::shorten(look.series->name, 160) + (detail.empty() ? "" : " {" + detail + "}");
    finding.clue.statement = silence.stopped
                                 ? fmt::format("{} has not been reported since {}.", subject,
                                               base::format_clock(silence.since))
                                 : fmt::format("{} appeared at {}; it was never seen before.",
                                               subject, base::format_clock(silence.since));
    finding.brief = finding.clue.statement;
    finding.clue.strength = 0.4;
    finding.clue.onset = silence.since;
    finding.clue.evidence = {add_series(into.evidence, signals, *look.series, look.shape,
                                        look.normal ? &*look.normal : nullptr, nullptr, window)};
    finding.aspect = silence.stopped ? Aspect::Availability : look.meaning.aspect;
    finding.view = look.meaning.view;
    finding.harm = silence.stopped ? 0.4 : look.meaning.weight;
    finding.surprise = std::max(0.1, surprise);
    finding.pod = look.pod;
    const auto excess = excesses.errors.find(look.entity.name);
    if (silence.stopped && gone.contains(look.entity.name) && excess != excesses.errors.end() &&
        excess->second.own > 0) {
        finding.excess = excess->second.total;
        finding.own_excess = excess->second.own;
        finding.harm = 0.9;
        const bool told =
            std::any_of(into.findings.begin(), into.findings.end(), [&](const Finding& other) {
                return other.clue.kind == "metric_silent" && other.mechanism &&
                       other.clue.entity == look.entity;
            });
        // That every one of its series ended is seen, and no matter of chance.
        if (!told) {
            finding.mechanism = no_answer(finding);
            finding.clue.strength = kGone;
            finding.surprise = 0;
        }
    }
    into.findings.push_back(std::move(finding));
}

void add_shared_way(const SharedWay& way, const model::Signals& signals,
                    const model::Window& window, Detection& into) {
    Finding finding;
    finding.clue.kind = "shared_way";
    finding.clue.entity = {"service", way.callee};
    finding.surprise = kMostSurprise;
    finding.harm = 0.9;
    std::string names;
    bool current = false;
    for (const Look* look : way.callers) {
        const Shift& shift = *look->shift;
        names += (names.empty() ? "" : " and ") + look->entity.name;
        current = current || shift.current;
        finding.surprise = std::min(finding.surprise, look->surprise);
        finding.magnitude = std::max(finding.magnitude, magnitude_of(*look));
        finding.clue.strength = std::max(finding.clue.strength, strength_of(*look));
        finding.clue.onset = std::min(finding.clue.onset.value_or(shift.onset), shift.onset);
        if (!shift.current) finding.until = std::max(finding.until.value_or(shift.end), shift.end);
        finding.clue.evidence.push_back(add_series(into.evidence, signals, *look->series,
                                                   look->shape, &*look->normal, &shift, window));
    }
    finding.clue.current = current;
    finding.clue.statement =
        fmt::format("{} {} since {}, and all of them call {}, which was not seen to.", names,
                    way.failures ? "fail" : "answer later", base::format_clock(*finding.clue.onset),
                    way.callee);
    finding.brief = finding.clue.statement;
    finding.aspect = way.failures ? Aspect::Errors : Aspect::Latency;
    finding.own_excess = finding.excess = way.excess;
    if (way.told) return into.findings.push_back(std::move(finding));
    Mechanism mechanism;
    mechanism.cause_class = way.failures ? "no_answer" : "network_delay";
    mechanism.level = model::Level::Infrastructure;
    mechanism.statement = finding.clue.statement;
    mechanism.directness = kSharedWay;
    mechanism.overturned_by = {
        "If it is called directly from where they run and answers as usual, each caller has a "
        "fault of its own.",
        ""};
    finding.mechanism = std::move(mechanism);
    into.findings.push_back(std::move(finding));
}

// What could have been seen, so that what was not seen is no proof of health where nobody looked.
std::map<std::string, Served> served_by(const Looks& looks) {
    std::map<std::string, Served> out;
    for (const Look& look : looks.all) {
        if (look.entity.name.empty() || look.meaning.view != View::Served) continue;
        Served& one = out[look.entity.name];
        if (look.meaning.aspect == Aspect::Throughput) {
            const double requests = requests_per_second(look, look.window_mean);
            if (requests >= 0 && !counts_again(*look.series))
                one.requests = one.requests.value_or(0) + requests;
        }
        if (!look.normal) continue;
        one.latency = one.latency || look.meaning.aspect == Aspect::Latency;
        one.failures = one.failures || look.meaning.aspect == Aspect::Errors ||
                       look.meaning.aspect == Aspect::Availability;
    }
    return out;
}

}  // namespace

void find_metric_clues(const model::Signals& signals, const model::Incident& incident,
                       const Topology& topology, Detection& into) {
    const model::Window& window = incident.window;
    const Unfolded unfolded = unfold_histograms(signals.metrics);
    std::vector<const model::Series*> series;
    for (const model::Series& one : signals.metrics)
        if (!std::binary_search(unfolded.taken.begin(), unfolded.taken.end(), &one))
            series.push_back(&one);
    for (const model::Series& one : unfolded.series) series.push_back(&one);

    Looks looks = look_at(series, window, kinds_of(signals.databases));
    into.series_examined = signals.metrics.size();
    if (looks.quantities > 0) into.examined["metrics"] = looks.quantities;
    into.served = served_by(looks);
    // Before shifts are told: what the alert is about gets its weight, and its chart is made once.
    look_at_alert_quantity(looks, signals, incident, into);
    const std::vector<Silence> quiet = silences(looks, window);
    const std::set<std::string> missing = gone(looks, quiet);
    Excesses excesses = excesses_of(looks, topology, missing);
    const std::vector<SharedWay> ways = shared_ways(looks, topology, missing, excesses);
    add_shifts(looks, signals, window, excesses, into);
    for (const SharedWay& way : ways) add_shared_way(way, signals, window, into);
    for (const Fullness& full : filled_up(looks, series, window))
        add_fullness(full, signals, window, into);
    for (const Silence& silence : quiet)
        add_silence(silence, signals, window, excesses, missing, into);
}

void find_clues(const Sight& sight, Detection& into) {
    find_metric_clues(sight.signals, sight.incident, sight.topology, into);
}

}  // namespace insight::analysis::metrics
