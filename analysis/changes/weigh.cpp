#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "analysis/changes/elsewhere.h"
#include "analysis/changes/fit.h"
#include "analysis/changes/hints.h"
#include "analysis/changes/substance.h"
#include "analysis/changes/suspect.h"
#include "analysis/changes/taken_back.h"
#include "core/base/text.h"

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMostRead = 600;  // changes, the nearest before the onset
constexpr std::size_t kMostSuspects = 50;
constexpr double kFullTimingSurprise = 2;  // -log10 p
// What lies beside the place where the trouble arises acts on it through calls alone.
constexpr double kThroughCalls = 0.5;

// Log-odds of each trait; "for" ones are positive. Set by hand from their meaning.
constexpr double kPrior = -3.2;
constexpr std::array<double, kTraits> kWeights{1.2, 1.2, 3.5, 1.6,  1.5, 0.6,
                                               -3,  2.5, -3,  -1.5, -6,  3};
constexpr double kNotShipped = -2.5;  // what a change that was live for sure wins back
constexpr double kPriorOtherwise = -3.2;
constexpr std::array<double, kOtherwise> kWeightsOtherwise{3, 3, 1, 1.5, 1, 1.5};

std::vector<Read> read_all(const std::vector<model::Change>& changes, model::Nanos onset) {
    std::vector<const model::Change*> near;
    for (const model::Change& change : changes) near.push_back(&change);
    if (near.size() > kMostRead) {
        std::stable_sort(near.begin(), near.end(),
                         [&](const model::Change* a, const model::Change* b) {
                             return std::abs(a->time - onset) < std::abs(b->time - onset);
                         });
        near.resize(kMostRead);
    }
    std::stable_sort(near.begin(), near.end(), [](const model::Change* a, const model::Change* b) {
        return a->time < b->time;
    });
    std::vector<Read> all;
    for (const model::Change* change : near) all.push_back(read_of(*change));
    return all;
}

// Null model: changes go live at random (Poisson) at the rates seen over baseline and window, of
// all and of this entity; the smaller chance counts, corrected for how many entities were looked
// at. Where the trouble is known to arise, that is no choice among many: a Bonferroni correction
// weighed by where it arises (Genovese, Roeder and Wasserman, 2006).
struct Null {
    double seconds = 1;
    double live = 0;
    std::map<std::string, double> of_entity;

    [[nodiscard]] double chance(const std::string& entity, double lag, double arises) const {
        const double any = -std::expm1(-live / seconds * lag);
        const auto it = of_entity.find(entity);
        if (entity.empty() || it == of_entity.end()) return any;
        const double own = -std::expm1(-it->second / seconds * lag);
        const double choice = 1 / static_cast<double>(of_entity.size());
        return std::min(any, own / std::max(choice, arises));
    }
};

Null null_of(const std::vector<Read>& all, const model::Window& window) {
    Null null;
    null.seconds = std::max(1.0, base::to_seconds(window.end - window.baseline_start));
    const bool deployed = std::any_of(all.begin(), all.end(),
                                      [](const Read& read) { return is_deploy(*read.change); });
    for (const Read& read : all) {
        // Commits go live with deploys: where these are listed, both would count twice.
        if (deployed && read.change->kind == "commit") continue;
        null.live += 1;
        if (!read.change->entity.empty()) null.of_entity[read.change->entity] += 1;
    }
    return null;
}

Judged timing(const Suspect& suspect, const Symptoms& symptoms, const Null& null,
              const Arising& arising, std::size_t examined) {
    if (suspect.live == 0) return {0, "was not live"};
    if (suspect.live > symptoms.onset + kTolerance) return {0, "went live after the onset"};
    // Half the tolerance more: right at the onset the chance would be none, and the surprise
    // without end.
    const double lag = base::to_seconds(std::max<model::Nanos>(0, symptoms.onset - suspect.live)) +
                       base::to_seconds(kTolerance) / 2;
    const auto it = arising.find(suspect.entity.name);
    const double arises = it == arising.end() ? 0 : it->second;
    const double p = std::max(1e-9, null.chance(suspect.entity.name, lag, arises));
    return {std::min(1.0, -std::log10(p) / kFullTimingSurprise),
            fmt::format("a change this close by chance: p = {:.2g}, {} examined", p, examined)};
}

// How near a change of `entity` is to `place`, along what depends on what.
Judged distance_from(const std::string& place, const std::string& entity,
                     const Topology& topology) {
    Judged best{topology.empty() ? 0.3 : 0.1, "is not known to be connected with the symptoms"};
    const auto offer = [&](double value, std::string reason) {
        if (value > best.value) best = {value, std::move(reason)};
    };
    const auto below = topology.needs_of(place);
    if (const auto it = below.find(entity); it != below.end())
        offer(it->second <= 1   ? 0.8
              : it->second == 2 ? 0.65
                                : 0.5,
              fmt::format("{} depends on it, {} steps away", place, it->second));
    const auto above = topology.needs_of(entity);
    if (const auto it = above.find(place); it != above.end())
        offer(it->second <= 1 ? 0.65 : 0.5, "it uses " + place);
    return best;
}

Judged distance_from_alert(const std::string& entity, const Topology& topology,
                           const Symptoms& symptoms) {
    if (entity == symptoms.subject) return {1, "changed what the alert speaks of"};
    Judged best = distance_from(symptoms.subject, entity, topology);
    if (const auto it = symptoms.entities.find(entity);
        it != symptoms.entities.end() && 0.7 * it->second > best.value)
        best = {0.7 * it->second, entity + " is abnormal itself"};
    return best;
}

// Measured from where the trouble arises, as far as that is known, and from the alert for the rest.
// Content that brings about what was observed says by itself that it acts there.
Judged distance(const std::string& entity, const Topology& topology, const Symptoms& symptoms,
                const Arising& arising, double fit) {
    if (entity.empty()) return {0.3, "nobody says whose change it is"};
    const Judged alert = distance_from_alert(entity, topology, symptoms);
    double unknown = 1;
    double value = 0;
    std::pair<double, std::string> clearest;
    for (const auto& [place, arises] : arising) {
        const double likely = (1 - fit) * arises;
        Judged one{1, "changed where it arises"};
        if (place != entity) {
            one = distance_from(place, entity, topology);
            one.value *= kThroughCalls;
        }
        value += likely * one.value;
        unknown -= likely;
        clearest = std::max(clearest, {likely * one.value, one.reason});
    }
    value += std::max(0.0, unknown) * alert.value;
    return {value, unknown * alert.value >= clearest.first ? alert.reason : clearest.second};
}

Judged before(const Suspect& suspect, const Symptoms& symptoms) {
    double all = 0;
    double earlier = 0;
    for (const Symptom& symptom : symptoms.all) {
        if (!symptom.onset || !symptom.harmful || symptom.weight < 0.3) continue;
        all += symptom.weight;
        if (suspect.live == 0 || *symptom.onset + kTolerance < suspect.live)
            earlier += symptom.weight;
    }
    // The alert had begun to fire before it: whatever it did, it did not do that.
    if (suspect.live == 0 || suspect.live > symptoms.onset + 30 * base::kMinute)
        return {1, "was not live when it began"};
    if (all == 0)
        return {suspect.live > symptoms.onset ? 1.0 : 0.0, "no onset but the alert's is known"};
    return {earlier / all,
            fmt::format("{:.0f} % of the symptoms began before it was live", 100 * earlier / all)};
}

model::Level level_of(const Read& read) {
    static const re2::RE2 kSettings(
        R"((?i)\.(ya?ml|json|toml|ini|conf|cfg|properties|env|tfvars|tf|xml)$|(^|/)(values|config)[\w.-]*$|(^|/)\.env)");
    const std::string& kind = read.change->kind;
    if (kind == "scaling" || kind == "node") return model::Level::Infrastructure;
    if (kind == "config" || kind == "flag") return model::Level::Config;
    const bool settings = !read.files.empty() &&
                          std::all_of(read.files.begin(), read.files.end(), [](const auto& file) {
                              return re2::RE2::PartialMatch(file, kSettings);
                          });
    return settings ? model::Level::Config : model::Level::Code;
}

// The symptom that shows the effect best, at the changed entity where possible.
const Finding* symptom_of(const Suspect& suspect, const Match& match, const Symptoms& symptoms) {
    const Finding* best = nullptr;
    double most = 0;
    for (const Symptom& symptom : symptoms.all) {
        if (symptom.finding == nullptr) continue;
        // What is over is nobody's symptom, unless it ended because the change was taken back.
        if (!symptom.finding->clue.current && suspect[Trait::EndedWith].value == 0) continue;
        if (symptom.onset && *symptom.onset + kTolerance < suspect.live) continue;
        const bool shows = symptom.effects.at(static_cast<std::size_t>(match.effect)) > 0;
        const double score = symptom.weight * (shows && match.fit.value > 0.1 ? 3 : 1) *
                             (symptom.entity == suspect.entity.name ? 1.5
                              : symptom.entity == symptoms.subject  ? 1.2
                                                                    : 1) *
                             (symptom.harmful ? 1 : 0.5);
        if (score > most) {
            most = score;
            best = symptom.finding;
        }
    }
    return best;
}

double total_of(const Suspect& suspect) {
    double total = kPrior + kNotShipped;
    for (std::size_t i = 0; i < kTraits; ++i) total += kWeights[i] * suspect.traits[i].value;
    return total;
}

Suspect weigh(const Read& read, const Shipments& shipments, const Symptoms& symptoms,
              const Corpus& corpus, const Null& null, const Topology& topology,
              const Arising& arising, const Undoing& undoing) {
    Suspect suspect;
    const Shipping& shipping = shipments.of(read);
    suspect.change = read.change;
    suspect.via = shipping.via;
    suspect.live = shipping.live;
    suspect.entity = {read.change->kind == "node" ? "node" : "service", shipping.entity};
    suspect.level = level_of(read);
    const Match match = match_touches(read, symptoms, corpus, shipping.live);
    const Substance substance = substance_of(read);
    double risk = read.hunks.empty() ? 0.3 : 0.1;
    std::string risky = read.hunks.empty() ? "its content is not known" : "touches nothing risky";
    for (const Bump& bump : read.values.bumps) risk = std::max(risk, 0.7 * bump.size);
    for (const Touch& touch : read.touches)
        if (touch.subject->risk * touch.strength > risk) {
            risk = touch.subject->risk * touch.strength;
            risky = "touches " + std::string(touch.subject->name);
        }
    suspect[Trait::Timing] = timing(suspect, symptoms, null, arising, undoing.all.size());
    suspect[Trait::Distance] =
        distance(shipping.entity, topology, symptoms, arising, match.fit.value);
    suspect[Trait::Fit] = match.fit;
    suspect[Trait::Words] = match_words(read, corpus);
    suspect[Trait::Echo] = match_values(read, symptoms, corpus, undoing.book);
    suspect[Trait::Risk] = {risk, risky};
    suspect[Trait::Trivial] = {substance.trivial, substance.reason};
    suspect[Trait::Shipped] = {shipping.certainty, shipping.reason};
    suspect[Trait::Before] = before(suspect, symptoms);
    const bool brings = shipments.only_brings_in(read);
    suspect[Trait::BringsIn] = {brings ? 1.0 : 0.0,
                                brings ? "brings in another listed change" : "stands for itself"};
    if (match.touch != nullptr) suspect.touches = said_of(*match.touch);
    if (suspect.touches.empty() && !match.fit.reason.empty() && match.effect == Effect::Version)
        suspect.touches = match.fit.reason.substr(0, match.fit.reason.find(", and"));
    judge_undoing(undoing, read, suspect);
    suspect.symptom = symptom_of(suspect, match, symptoms);
    suspect.total = total_of(suspect);
    return suspect;
}

Suspicion weigh_all(const model::Incident& incident, const model::Signals& signals,
                    const Topology& topology, const Detection& detection, const Arising& arising,
                    std::vector<Symptom> hints) {
    Suspicion out;
    for (Symptom& hint : hints_of(signals, incident.window)) hints.push_back(std::move(hint));
    const Symptoms symptoms = symptoms_of(incident, detection, std::move(hints));
    out.onset = symptoms.onset;
    const std::vector<Read> all = read_all(signals.changes, symptoms.onset);
    out.examined = all.size();
    const Corpus corpus = corpus_of(all, symptoms);
    const Null null = null_of(all, incident.window);
    const Shipments shipments(all, symptoms, incident.window.end);
    std::vector<const model::Change*> in_order;
    for (const Read& read : all) in_order.push_back(read.change);
    const Undoing undoing{all,      shipments,          symptoms,
                          incident, detection.evidence, reverts_among(in_order)};
    std::set<std::string> commits;
    for (const Read& read : all)
        if (read.change->kind == "commit") commits.insert(read.change->ref);
    for (const Read& read : all) {
        if (is_deploy(*read.change) && commits.contains(read.change->ref)) continue;
        out.suspects.push_back(
            weigh(read, shipments, symptoms, corpus, null, topology, arising, undoing));
        if (is_deploy(*read.change))
            out.suspects.back().carries = shipments.carried_by(*read.change);
    }
    std::stable_sort(out.suspects.begin(), out.suspects.end(),
                     [](const Suspect& a, const Suspect& b) { return a.total > b.total; });
    if (out.suspects.size() > kMostSuspects) out.suspects.resize(kMostSuspects);
    // After the suspects: how well some change fits is part of the answer.
    look_elsewhere(incident, signals, topology, symptoms, out);
    out.no_change = kPriorOtherwise;
    for (std::size_t i = 0; i < kOtherwise; ++i)
        out.no_change += kWeightsOtherwise[i] * out.otherwise[i].value;
    return out;
}

}  // namespace

Suspicion weigh_changes(const Sight& sight, const Detection& detection, const Arising& arising) {
    // The digest is summed up once more only where there is something to compare it with.
    return weigh_all(sight.incident, sight.signals, sight.topology, detection, arising,
                     sight.signals.changes.empty() ? std::vector<Symptom>() : hints_of(sight.logs));
}

Suspicion weigh_changes(const model::Incident& incident, const model::Signals& signals,
                        const Topology& topology, const Detection& detection,
                        const Arising& arising) {
    return weigh_all(incident, signals, topology, detection, arising, {});
}

}  // namespace insight::analysis::changes
