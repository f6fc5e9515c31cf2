#include "analysis/kubernetes/state.h"

#include <fmt/format.h>

#include <unordered_set>

#include "analysis/kubernetes/cite.h"
#include "analysis/kubernetes/settle.h"

namespace insight::analysis::kubernetes {
namespace {

constexpr std::size_t kMostHurt = 20;

// Who feels it: the entities of what follows from it, and for nodes those of the pods they run.
std::vector<model::AffectedService> hurt_by(const Note& note, const Cluster& cluster,
                                            const Names& names,
                                            const std::vector<std::string>& evidence) {
    std::map<model::Entity, std::string> hurt;
    const model::Entity own = names.entity_of(*note.subject);
    if (note.subject->kind == "Node")
        for (const Object* pod : cluster.pods_on(note.subject->name)) {
            if (hurt.size() >= kMostHurt) break;
            if (cluster.in_scope(*pod))
                hurt.try_emplace(names.entity_of(*pod), "has pods on this node");
        }
    for (const Object* object : note.hurt) hurt[names.entity_of(*object)] = "is broken by it";
    std::vector<model::AffectedService> out;
    for (const auto& [entity, symptom] : hurt)
        if (entity != own && entity.kind == "service" && out.size() < kMostHurt)
            out.push_back({entity, symptom, evidence});
    return out;
}

Finding finding_of(Note&& note, const Cluster& cluster, const Names& names,
                   const model::Window& window, EvidenceBook& book) {
    Finding finding;
    const std::vector<std::string> evidence = cite(note, window, book);
    finding.clue.kind = note.cause_class;
    finding.clue.entity = names.entity_of(*note.subject);
    finding.clue.statement = note.statement;
    // What has recovered is told, but must not rank above what still hurts.
    finding.clue.strength = note.weight.strength * (note.current ? 1 : 0.5);
    if (note.onset && (window.end == 0 || *note.onset <= window.end))
        finding.clue.onset = note.onset;
    finding.clue.current = note.current;
    finding.clue.evidence = evidence;
    finding.brief = note.brief.empty() ? note.statement : note.brief;
    finding.aspect = note.aspect;
    finding.harm = note.weight.harm * (note.current ? 1 : 0.3);
    finding.surprise = note.weight.surprise;
    if (note.subject->kind == "Pod") finding.pod = note.subject->name;
    if (note.notice) return finding;
    Mechanism mechanism;
    mechanism.cause_class = note.cause_class;
    mechanism.level = note.level;
    mechanism.statement = note.statement;
    mechanism.directness = note.weight.directness * (note.current ? 1 : 0.4);
    mechanism.overturned_by = std::move(note.overturned_by);
    // A rule that says nothing else: states pass, and the object itself tells whether this one did.
    if (mechanism.overturned_by.statement.empty())
        mechanism.overturned_by.statement =
            "If the object says otherwise now, it was a passing state.";
    if (mechanism.overturned_by.command.empty())
        mechanism.overturned_by.command = describe_command(*note.subject);
    mechanism.recommendations = std::move(note.recommendations);
    for (model::Recommendation& recommendation : mechanism.recommendations)
        recommendation.evidence = evidence;
    mechanism.hurts = hurt_by(note, cluster, names, evidence);
    finding.mechanism = std::move(mechanism);
    return finding;
}

}  // namespace

void find_states(const model::Incident& incident, const model::Signals& signals,
                 Detection& detection) {
    if (signals.resources.empty() && signals.events.empty()) return;
    const Cluster cluster(signals.resources, signals.events, signals.coverage, incident.scope);
    const Names names(cluster, names_in(signals));
    Look look{cluster, incident.window, incident.origin != model::Origin::Alert, {}};
    for (const Rule rule : all_rules()) rule(look);
    // In this order: a note that is merged into another may still explain a third one, and what is
    // old has lost its weight before the strongest of its like is chosen.
    weigh_consequences(look.notes);
    weigh_age(look.notes, incident.window);
    merge(look.notes, names);
    for (Note& note : look.notes)
        detection.findings.push_back(
            finding_of(std::move(note), cluster, names, incident.window, detection.evidence));
    if (cluster.size() > 0) detection.examined["kubernetes"] = cluster.size();
}

void find_states(const Sight& sight, Detection& detection) {
    find_states(sight.incident, sight.signals, detection);
}

}  // namespace insight::analysis::kubernetes
