#include "analysis/ranking/scene.h"

#include <algorithm>
#include <cmath>

#include "analysis/entity.h"
#include "analysis/meaning.h"
#include "core/base/text.h"

namespace insight::analysis::ranking {
namespace {

constexpr double kNoticeable = 0.25;  // of the own abnormality: less at a callee explains nothing
constexpr double kDecay = 0.7;        // of blame, per further step along the calls
constexpr double kOver = 0.15;  // what is over may be the tail of another incident; it counts less

constexpr model::Nanos kBetweenPoints = base::kMinute;  // of most series

// Which family of clues a finding belongs to.
Feature family_of(const Finding& finding) {
    struct ClueKind {
        std::string_view kind;
        Feature feature;
    };
    static constexpr std::array kClueKinds{
        ClueKind{"log_new", Feature::LogNew},
        ClueKind{"log_surge", Feature::LogSurge},
        ClueKind{"log_vanished", Feature::LogVanished},
        ClueKind{"log_volume", Feature::LogVanished},
        ClueKind{"trace_self_time", Feature::SelfTime},
        ClueKind{"trace_error_origin", Feature::ErrorOrigin},
        ClueKind{"trace_gap", Feature::Gap},
        ClueKind{"trace_structure", Feature::Structure},
        ClueKind{"trace_fan_out", Feature::Structure},
        ClueKind{"trace_throughput", Feature::Traffic},
    };
    for (const ClueKind& known : kClueKinds)
        if (finding.clue.kind == known.kind) return known.feature;
    if (finding.clue.kind != "metric_shift") return Feature::OtherClue;
    switch (finding.aspect) {
        case Aspect::Availability:
        case Aspect::Errors:
            return Feature::Errors;
        case Aspect::Latency:
            return Feature::Latency;
        case Aspect::Throughput:
            return Feature::Traffic;
        default:
            return Feature::Resource;
    }
}

// Does the finding point away from where it was made, at the other end?
bool accuses(const Finding& finding) {
    return finding.counterpart && finding.counterpart->name != finding.clue.entity.name &&
           (finding.clue.kind.starts_with("log_") || finding.view == View::Seen);
}

// What users would not notice says little about a service's own signals; a resource may be busy
// without hurting anybody and still be the cause.
double relevance(const Finding& finding, Feature family) {
    const bool felt =
        family == Feature::Latency || family == Feature::Errors || family == Feature::Traffic;
    return felt && finding.clue.kind == "metric_shift" ? 0.2 + 0.8 * finding.harm : 1;
}

// Metrics move wherever trouble passes through; what an entity says or does itself is closer to it.
double specificity(Feature family) {
    switch (family) {
        case Feature::Resource:
        case Feature::Latency:
        case Feature::Traffic:
        case Feature::OtherClue:
            return 0.5;
        default:
            return 1;
    }
}

void gather(Place& place, const Finding& finding, const Detection& detection) {
    const Feature which = family_of(finding);
    const bool current = holds(finding, detection);
    const double clear = clarity(finding) * relevance(finding, which);
    double& family = place[which];
    family = std::max(family, clear * (current ? 1 : kOver));
    const double part = specificity(which) * clear;
    (current ? place.now : place.over) = std::max(current ? place.now : place.over, part);
    double& excess = which == Feature::Latency ? place.own_delay : place.own_failures;
    const double own = finding.own_excess * (current ? 1 : kOver);
    if (own > excess) {
        excess = own;
        place.own_harm = std::max(place.own_harm, finding.harm);
    }
    // State that was read, not inferred: it has no surprise to be counted by.
    if (finding.mechanism && current && finding.surprise <= 0)
        place.mechanism = std::max(place.mechanism, finding.mechanism->directness);
    place.held = place.held || current;
    place.current = place.current || finding.clue.current;
    if (!finding.clue.onset) return;
    place.onset = std::min(place.onset.value_or(*finding.clue.onset), *finding.clue.onset);
    // It may have begun at any time since the point before.
    const model::Nanos earliest =
        *finding.clue.onset - (finding.clue.kind == "metric_shift" ? kBetweenPoints : 0);
    place.earliest = std::min(place.earliest.value_or(earliest), earliest);
}

void sum_up(Place& place) {
    double sum = 0;
    double families = 0;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(Feature::OtherClue); ++i) {
        sum += specificity(static_cast<Feature>(i)) * place.features.at(i);
        if (place.features.at(i) > 0.2) ++families;
    }
    place.total = sum + 0.5 * place[Feature::Accused] + place.mechanism;
    place[Feature::Families] = std::min(1.0, std::max(0.0, families - 1) / 4);
}

void compare(Scene& scene) {
    double most = 0;
    for (const auto& [name, place] : scene) most = std::max(most, place.total);
    std::optional<model::Nanos> first;
    for (const auto& [name, place] : scene)
        if (place.onset && place.total >= 0.3 * most && (!first || *place.onset < *first))
            first = place.onset;
    for (auto& [name, place] : scene) {
        if (most > 0) place[Feature::Share] = place.total / most;
        if (first && place.onset)
            place[Feature::First] =
                std::exp(-std::max(0.0, base::to_seconds(*place.onset - *first)) / 120);
    }
}

bool about_failures(Aspect aspect) {
    return aspect == Aspect::Errors || aspect == Aspect::Availability;
}

// Metrics count a call that never arrived at its caller alone; where traces tell whom it was meant
// for, the failures are that one's, as far as the finding is no coincidence.
void hand_over(Scene& scene, const Detection& detection) {
    for (const Finding& finding : detection.findings) {
        if (!finding.counted_by_caller || !finding.counterpart) continue;
        const auto caller = scene.find(finding.counterpart->name);
        const auto callee = scene.find(finding.clue.entity.name);
        if (caller == scene.end() || callee == scene.end() || caller == callee) continue;
        const double moved = caller->second.own_failures * (1 - std::pow(10, -finding.surprise));
        caller->second.own_failures -= moved;
        callee->second.own_failures += moved;
        callee->second.own_harm = std::max(callee->second.own_harm, caller->second.own_harm);
    }
}

// Whose delay or failures are its own, beside the one with the most; of the kind that the alert is
// about where it says one.
void compare_excess(Scene& scene, const AlertSubject& alert) {
    double delay = 0;
    double failures = 0;
    for (const auto& [name, place] : scene) {
        delay = std::max(delay, place.own_delay);
        failures = std::max(failures, place.own_failures);
    }
    for (auto& [name, place] : scene) {
        const double of_delay = delay > 0 ? place.own_delay / delay : 0;
        const double of_failures = failures > 0 ? place.own_failures / failures : 0;
        place[Feature::Excess] = alert.aspect == Aspect::Latency ? of_delay
                                 : about_failures(alert.aspect)  ? of_failures
                                                                 : std::max(of_delay, of_failures);
    }
}

// Who is abnormal because of whom: along the calls, from the consumer to what it needs.
void spread(Scene& scene, const Topology& topology) {
    double everything = 0;
    for (const auto& [name, place] : scene) everything += place.total;
    for (auto& [name, place] : scene) {
        if (place.total <= 0) continue;
        double below = 0;
        for (const auto& [needed, steps] : topology.needs_of(name)) {
            const auto it = scene.find(needed);
            if (it == scene.end()) continue;
            Place& callee = it->second;
            const double ratio = std::min(1.0, callee.total / place.total);
            const double blame = ratio * std::pow(kDecay, steps - 1);
            if (ratio >= kNoticeable && blame > below) {
                below = blame;
                place.explained_by = needed;
            }
            callee[Feature::Explains] += place.total;
        }
        place[Feature::ExplainedBelow] = below;
        place[Feature::Deepest] = topology.empty() ? 0 : 1 - below;
    }
    for (auto& [name, place] : scene) {
        const double others = everything - place.total;
        place[Feature::Explains] =
            others > 0 ? std::min(1.0, place[Feature::Explains] / others) : 0;
    }
}

void relate_to_alert(Scene& scene, const AlertSubject& alert, const Topology& topology) {
    const std::map<std::string, int> needed = topology.needs_of(alert.entity);
    for (auto& [name, place] : scene) {
        if (!alert.entity.empty() && name == alert.entity) {
            place[Feature::AlertEntity] = 1;
            place[Feature::NearAlert] = 1;
        } else if (const auto it = needed.find(name); it != needed.end()) {
            place[Feature::NearAlert] = 1.0 / (1 + it->second);
        }
        for (const Finding* finding : place.findings)
            if (finding->aspect == alert.aspect && alert.aspect != Aspect::Other)
                place[Feature::SameAspect] =
                    std::max(place[Feature::SameAspect], clarity(*finding));
    }
}

// An excess that nothing else shows is noise; a little clarity is enough, since it adds up along
// the calls before any single series stands out.
constexpr double kAudible = 0.02;

// What is hardly abnormal gains nothing from its place among the others.
void fade(Scene& scene) {
    for (auto& [name, place] : scene) {
        place[Feature::Excess] *= place.own_harm * std::min(1.0, place.total / kAudible);
        for (const Feature relation : {Feature::Share, Feature::Deepest, Feature::Explains,
                                       Feature::AlertEntity, Feature::NearAlert, Feature::First})
            place[relation] *= std::min(1.0, place.total);
    }
}

// Only delay and failures are handed on; what else is odd about an entity is its own.
void mark_blind_spots(Scene& scene, const Topology& topology, const Detection& detection) {
    const Calls calls = calls_of(topology, detection);
    for (auto& entry : scene) {  // a structured binding cannot be captured everywhere
        Place& place = entry.second;
        const double handed_on = std::max(place[Feature::Latency], place[Feature::Errors]);
        const auto own = {Feature::Resource,    Feature::LogNew,   Feature::LogSurge,
                          Feature::LogVanished, Feature::SelfTime, Feature::ErrorOrigin,
                          Feature::Gap,         Feature::Structure};
        if (std::any_of(own.begin(), own.end(),
                        [&](Feature feature) { return place[feature] >= handed_on; }))
            continue;
        place.unmeasured = blind_spots(
            entry.first, place[Feature::Errors] > place[Feature::Latency], calls, detection);
    }
}

}  // namespace

double clarity(const Finding& finding) {
    if (finding.surprise <= 0) return finding.clue.strength;
    const double sure = 1 - std::exp(-finding.surprise / 8);
    const double far = finding.magnitude <= 0 ? 1 : 1 - std::exp(-finding.magnitude * 2);
    return sure * (0.4 + 0.6 * far);
}

bool holds(const Finding& finding, const Detection& detection) {
    if (finding.clue.current) return true;
    const std::optional<model::Interval>& alert = detection.alert_excursion;
    return alert && finding.until && finding.clue.onset && *finding.clue.onset <= alert->end &&
           *finding.until + kBetweenPoints >= alert->end;
}

AlertSubject alert_subject(const model::Incident& incident) {
    AlertSubject subject;
    subject.entity = incident.service;
    subject.time = incident.window.end;
    if (incident.alerts.empty()) return subject;
    const model::Alert& alert = incident.alerts.front();
    subject.entity = entity_of(alert.labels).name;
    subject.time = alert.starts_at;
    for (const char* label : {"metric", "alertname"})
        if (const auto it = alert.labels.find(label);
            it != alert.labels.end() && subject.aspect == Aspect::Other)
            subject.aspect = meaning_of(it->second).aspect;
    return subject;
}

Scene scene_of(const model::Incident& incident, const Topology& topology,
               const Detection& detection) {
    Scene scene;
    const AlertSubject alert = alert_subject(incident);
    const auto place_of = [&scene](const model::Entity& entity) -> Place& {
        Place& place = scene[entity.name];
        if (place.entity.name.empty()) place.entity = entity;
        return place;
    };
    for (const Finding& finding : detection.findings) {
        if (finding.clue.entity.name.empty()) continue;
        if (accuses(finding)) {
            Place& accused = place_of(*finding.counterpart);
            accused.accusations.push_back(&finding);
            accused[Feature::Accused] = std::max(accused[Feature::Accused], clarity(finding));
            if (!accused.onset) accused.onset = accused.earliest = finding.clue.onset;
            accused.current = accused.current || finding.clue.current;
            accused.held = accused.held || holds(finding, detection);
            continue;
        }
        Place& place = place_of(finding.clue.entity);
        place.findings.push_back(&finding);
        gather(place, finding, detection);
    }
    for (auto& [name, place] : scene) {
        sum_up(place);
        if (place.findings.empty()) place[Feature::Seen] = 1;
        place[Feature::Recovered] = place.now + place.over > 0
                                        ? std::max(0.0, 1 - place.now / (place.now + place.over))
                                        : 0;
        if (!place.held) place[Feature::Recovered] = 1;
    }
    // Totals first, then what is compared with them. fade() comes after all that gives weight to a
    // place among the others, and takes it from places that are hardly abnormal.
    compare(scene);
    hand_over(scene, detection);
    compare_excess(scene, alert);
    spread(scene, topology);
    relate_to_alert(scene, alert, topology);
    fade(scene);
    mark_blind_spots(scene, topology, detection);
    return scene;
}

}  // namespace insight::analysis::ranking
