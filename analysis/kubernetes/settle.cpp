#include "analysis/kubernetes/settle.h"

#include <fmt/format.h>

#include <unordered_map>

namespace insight::analysis::kubernetes {
namespace {

constexpr double kConsequence = 0.3;    // of its directness that a consequence keeps
constexpr double kFainter = 0.75;       // of its strength
constexpr double kCauseAtLeast = 0.45;  // directness: suspicions may explain, hints may not
constexpr std::size_t kPerClass = 3;
constexpr std::size_t kPerNotice = 5;
constexpr std::size_t kInAll = 200;
constexpr std::size_t kOthersNamed = 3;
constexpr std::size_t kHurt = 20;

double rank_of(const Note& note) {
    return (note.notice ? 0 : 10) + (note.current ? 5 : 0) + note.weight.directness +
           note.weight.strength;
}

// Names of the others of its like, so that the one that stays can tell.
void tell_others(Note& note, const Objects& others) {
    std::string named;
    for (std::size_t i = 0; i < others.size() && i < kOthersNamed; ++i)
        named += (named.empty() ? "" : ", ") + path_of(*others[i]);
    const std::size_t more = others.size() > kOthersNamed ? others.size() - kOthersNamed : 0;
    if (!note.statement.ends_with('.')) note.statement += ".";
    note.statement += fmt::format(" The same holds for {}{}.", named,
                                  more > 0 ? fmt::format(" and {} more", more) : "");
    note.cite(*note.subject, {{"the same", named}, {"more", more}, {"others", others.size()}});
}

}  // namespace

void weigh_consequences(std::vector<Note>& notes) {
    std::unordered_map<const Object*, std::vector<std::size_t>> by_subject;
    // As the rules gave it: in a chain of consequences every link is weighed against its own cause,
    // not against what is left of that one.
    std::vector<double> directness;
    for (std::size_t i = 0; i < notes.size(); ++i) {
        directness.push_back(notes[i].weight.directness);
        if (notes[i].current && !notes[i].notice && directness[i] >= kCauseAtLeast)
            by_subject[notes[i].subject].push_back(i);
    }
    for (std::size_t i = 0; i < notes.size(); ++i) {
        Note& effect = notes[i];
        if (!effect.current || effect.notice) continue;
        bool explained = false;
        for (const Object* object : effect.follows_from) {
            const auto it = by_subject.find(object);
            if (it == by_subject.end()) continue;
            for (const std::size_t j : it->second) {
                // A note about the same object explains only what is less direct than itself;
                // otherwise two notes would explain each other away.
                if (j == i || (object == effect.subject && directness[j] <= directness[i]))
                    continue;
                explained = true;
                if (notes[j].hurt.size() < kHurt) notes[j].hurt.push_back(effect.subject);
            }
        }
        if (!explained) continue;
        effect.weight.directness *= kConsequence;
        effect.weight.strength *= kFainter;
    }
}

void weigh_age(std::vector<Note>& notes, const model::Window& window) {
    if (window.baseline_start == 0) return;
    for (Note& note : notes) {
        if (!note.onset || *note.onset >= window.baseline_start || note.notice) continue;
        note.weight.surprise = std::min(note.weight.surprise, 2.0);
        note.weight.directness *= 0.7;
        note.weight.strength *= 0.85;
    }
}

void merge(std::vector<Note>& notes, const Names& names) {
    // The strongest of its like stays and speaks for the others.
    std::stable_sort(notes.begin(), notes.end(),
                     [](const Note& a, const Note& b) { return rank_of(a) > rank_of(b); });
    std::map<std::tuple<std::string, std::string, std::string, bool>, std::size_t> first;
    std::map<std::size_t, Objects> others;
    std::map<std::pair<std::string, std::string>, std::size_t> of_class;
    std::vector<Note> kept;
    for (Note& note : notes) {
        const std::string entity = names.entity_of(*note.subject).name;
        const auto [it, added] =
            first.try_emplace({entity, note.cause_class, note.part, note.current}, kept.size());
        if (!added) {
            Note& main = kept[it->second];
            if (main.subject != note.subject) others[it->second].push_back(note.subject);
            if (note.onset && (!main.onset || *note.onset < *main.onset)) main.onset = note.onset;
            for (const Object* hurt : note.hurt)
                if (main.hurt.size() < kHurt) main.hurt.push_back(hurt);
            continue;
        }
        // A kind of notice is told a few times, then only counted.
        std::size_t& seen = of_class[{note.notice ? "" : entity, note.cause_class}];
        if (++seen > (note.notice ? kPerNotice : kPerClass) || kept.size() >= kInAll) {
            // Its place belongs to the next note that is kept: nothing may be merged into that one.
            first.erase(it);
            continue;
        }
        kept.push_back(std::move(note));
    }
    for (auto& [index, subjects] : others) tell_others(kept[index], subjects);
    notes = std::move(kept);
}

}  // namespace insight::analysis::kubernetes
