#include "analysis/changes/review.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/changes/fit.h"
#include "analysis/changes/place.h"
#include "analysis/changes/read.h"
#include "analysis/changes/words.h"
#include "core/base/text.h"

namespace insight::analysis::changes {
namespace {

constexpr double kWorthALook = 0.02;  // as for candidates: below it, a change is one of many
constexpr std::size_t kMostChanges = 8;
constexpr std::size_t kMostLines = 6;
constexpr std::size_t kMostClues = 3;  // cited for one line
constexpr std::size_t kLongestText = 200;
constexpr double kSpeaks = 0.3;          // of a trait: less says nothing worth a sentence
constexpr std::size_t kSharedWords = 2;  // one rare word in common may be chance

struct Weighed {
    double weight = 0;
    model::SuspectLine line;
};

// What a change is held against while its lines are looked at.
struct Desk {
    const Symptoms& symptoms;
    const Suspect& suspect;
    const Read& read;
    const std::vector<DiffLine>& lines;
    const std::string& change_id;  // of its evidence
};

// A change cannot bring about what began before it was live.
bool may_follow(const Symptom& symptom, const Suspect& suspect) {
    return suspect.live != 0 && (!symptom.onset || *symptom.onset + kTolerance >= suspect.live);
}

void cite(std::vector<std::string>& into, const Finding& finding) {
    for (const std::string& id : finding.clue.evidence)
        if (std::find(into.begin(), into.end(), id) == into.end()) into.push_back(id);
}

// The clues that show one of the effects, strongest first.
std::vector<const Symptom*> showing(const std::vector<Effect>& effects, const Desk& desk) {
    std::vector<const Symptom*> out;
    for (const Symptom& symptom : desk.symptoms.all) {
        if (symptom.finding == nullptr || !may_follow(symptom, desk.suspect)) continue;
        for (const Effect effect : effects)
            if (symptom.effects.at(static_cast<std::size_t>(effect)) > 0) {
                out.push_back(&symptom);
                break;
            }
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Symptom* a, const Symptom* b) { return a->weight > b->weight; });
    if (out.size() > kMostClues) out.resize(kMostClues);
    return out;
}

model::SuspectLine line_at(const DiffLine& place, const std::string& change_id) {
    model::SuspectLine line;
    line.file = place.file;
    line.line = static_cast<std::int64_t>(place.line);
    line.removed = place.sign == '-';
    line.text = base::shorten(base::one_line(place.text), kLongestText);
    line.evidence.push_back(change_id);
    return line;
}

std::string suggestion_for(const Touch& touch, bool removed) {
    switch (touch.subject->sense) {
        case Sense::Lowered:
        case Sense::Shortened:
        case Sense::Raised:
        case Sense::Lengthened:
            return fmt::format("Set it back to {}, or show under load that {} is enough.",
                               touch.before, touch.after);
        case Sense::Removed:
            return "Put it back, or show what took its place.";
        case Sense::Added:
            return "Take it out, or bound what it costs.";
        case Sense::Renamed:
            return fmt::format("Keep `{}` until everything that reads it knows `{}`.", touch.before,
                               touch.after);
        case Sense::Turned:
            break;
    }
    return removed ? "Compare with what replaces it." : "Compare with what stood there before.";
}

// By content: what a line touches brings about what was observed.
void by_touch(const Desk& desk, std::vector<Weighed>& into) {
    for (const Touch& touch : desk.read.touches) {
        std::vector<Effect> effects;
        std::string names;
        double most = 0;
        for (const Brings& brings : touch.subject->brings) {
            const double seen = desk.symptoms.effects.at(static_cast<std::size_t>(brings.effect));
            if (brings.likely < kSpeaks || seen == 0) continue;
            if (showing({brings.effect}, desk).empty()) continue;
            effects.push_back(brings.effect);
            names += (names.empty() ? "" : ", ") + std::string(text_of(brings.effect).name);
            most = std::max(most, brings.likely * seen * text_of(brings.effect).telling);
        }
        if (effects.empty()) continue;
        const auto place = place_of(desk.lines, touch);
        if (!place) continue;
        model::SuspectLine line = line_at(*place, desk.change_id);
        std::string said = said_of(touch);
        if (!said.empty() && said[0] >= 'a' && said[0] <= 'z')
            said[0] = static_cast<char>(said[0] - 32);
        line.statement = fmt::format("{}, which can bring about {}.", said, names);
        line.suggestion = suggestion_for(touch, line.removed);
        for (const Symptom* symptom : showing(effects, desk))
            cite(line.evidence, *symptom->finding);
        into.push_back({touch.subject->risk * touch.strength * most, std::move(line)});
    }
}

// "pool.go:42" in a text; nothing where the name is only part of a longer one.
struct Named {
    std::string as;  // as the text has it
    std::size_t line = 0;
};
std::optional<Named> named_in(const std::string& text, const std::string& name) {
    std::optional<Named> found;
    for (std::size_t at = text.find(name); at != std::string::npos;
         at = text.find(name, at + name.size())) {
        const auto part_of_word = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '_' || c == '-';
        };
        std::size_t end = at + name.size();
        if ((at > 0 && part_of_word(text[at - 1])) ||
            (end < text.size() && part_of_word(text[end])))
            continue;
        Named one{name, 0};
        // Most languages write "file:line"; Python writes "file", line N.
        if (end + 1 < text.size() && text[end] == ':')
            for (++end;
                 end < text.size() && text[end] >= '0' && text[end] <= '9' && one.line < 10'000'000;
                 ++end)
                one.line = one.line * 10 + static_cast<std::size_t>(text[end] - '0');
        if (one.line > 0) one.as += ":" + std::to_string(one.line);
        if (one.line > 0) return one;
        if (!found) found = one;
    }
    return found;
}

// The changed line of the file nearest to the line that a text names.
const DiffLine* nearest(const Desk& desk, const std::string& file, std::size_t line) {
    const DiffLine* best = nullptr;
    const auto distance = [&](const DiffLine& one) {
        return one.line > line ? one.line - line : line - one.line;
    };
    for (const DiffLine& one : desk.lines) {
        if (one.file != file || one.sign == ' ' || is_inert(one.text)) continue;
        const bool better =
            best == nullptr || (line > 0 && one.line > 0 && distance(one) < distance(*best)) ||
            (line > 0 && best->sign == '-' && one.sign == '+' && distance(one) == distance(*best));
        if (better) best = &one;
    }
    return best;
}

// By file: a stack trace or message names it.
void by_name(const Desk& desk, std::vector<Weighed>& into) {
    for (const std::string& file : desk.read.files) {
        const std::string name = file.substr(file.rfind('/') + 1);
        // "a.c" and "config" would be found everywhere.
        if (is_passive_file(file) || name.size() < 5 || name.find('.') == std::string::npos)
            continue;
        const Symptom* best = nullptr;
        std::optional<Named> how;
        for (const Symptom& symptom : desk.symptoms.all) {
            if (symptom.finding == nullptr || !may_follow(symptom, desk.suspect)) continue;
            const auto named = named_in(symptom.text, name);
            if (!named || (best != nullptr && best->weight >= symptom.weight)) continue;
            best = &symptom;
            how = named;
        }
        if (best == nullptr) continue;
        const DiffLine* place = nearest(desk, file, how->line);
        model::SuspectLine line =
            line_at(place != nullptr ? *place : DiffLine{file, 0, ' ', ""}, desk.change_id);
        line.statement = fmt::format("`{}` is named by what was observed.", how->as);
        line.suggestion = how->line > 0
                              ? fmt::format("Read what it does around line {} now.", how->line)
                              : "Read what this change made of it.";
        cite(line.evidence, *best->finding);
        // A line that is named and changed is as near as a text can come to a proof.
        const bool hit = place != nullptr && how->line > 0 && place->line == how->line;
        into.push_back({best->weight * (hit ? 1.0 : how->line > 0 ? 0.6 : 0.4), std::move(line)});
    }
}

// By words, only where nothing says more.
void by_words(const Desk& desk, std::vector<Weighed>& into) {
    const DiffLine* best = nullptr;
    const Symptom* matching = nullptr;
    std::vector<std::string> shared;
    for (const Symptom& symptom : desk.symptoms.all) {
        if (symptom.finding == nullptr || !may_follow(symptom, desk.suspect)) continue;
        const std::set<std::string> spoken = words_of(symptom.text);
        const std::set<std::string> own = words_of(symptom.entity + " " + desk.suspect.entity.name);
        for (const DiffLine& one : desk.lines) {
            if (one.sign == ' ' || is_inert(one.text) || is_passive_file(one.file)) continue;
            std::vector<std::string> common;
            for (const std::string& word : words_of(one.text))
                if (word.size() > 3 && spoken.contains(word) && !own.contains(word))
                    common.push_back(word);
            if (common.size() < kSharedWords || common.size() <= shared.size()) continue;
            best = &one;
            matching = &symptom;
            shared = std::move(common);
        }
    }
    if (best == nullptr) return;
    model::SuspectLine line = line_at(*best, desk.change_id);
    std::string words;
    for (std::size_t i = 0; i < std::min<std::size_t>(shared.size(), 4); ++i)
        words += (i > 0 ? ", " : "") + shared[i];
    line.statement = fmt::format("Speaks of what was observed: {}.", words);
    line.suggestion = "Check whether this line is on the way of what the clue shows.";
    cite(line.evidence, *matching->finding);
    into.push_back({0.1, std::move(line)});
}

std::vector<model::SuspectLine> suspect_lines(const Desk& desk) {
    std::vector<Weighed> weighed;
    by_touch(desk, weighed);
    by_name(desk, weighed);
    if (weighed.empty() && desk.suspect[Trait::Words].value >= kSpeaks) by_words(desk, weighed);
    std::stable_sort(weighed.begin(), weighed.end(),
                     [](const Weighed& a, const Weighed& b) { return a.weight > b.weight; });
    std::vector<model::SuspectLine> out;
    for (Weighed& one : weighed)
        if (out.size() < kMostLines) out.push_back(std::move(one.line));
    return out;
}

void add_reasons(const Suspect& suspect, model::SuspectChange& out) {
    std::vector<Trait> speaking;
    for (const Trait trait :
         {Trait::Fit, Trait::Echo, Trait::Timing, Trait::Distance, Trait::Words, Trait::Risk})
        if (suspect[trait].value >= kSpeaks && !suspect[trait].reason.empty())
            speaking.push_back(trait);
    std::stable_sort(speaking.begin(), speaking.end(),
                     [&](Trait a, Trait b) { return suspect[a].value > suspect[b].value; });
    for (const Trait trait : speaking) out.reasons.push_back(suspect[trait].reason);
    for (const Trait trait : {Trait::Trivial, Trait::Before, Trait::BringsIn})
        if (suspect[trait].value >= kSpeaks && !suspect[trait].reason.empty())
            out.against.push_back(suspect[trait].reason);
    if (suspect.live == 0)
        out.against.emplace_back("was not live before the end of the window");
    else if (suspect[Trait::Shipped].value < 0.5 && !suspect[Trait::Shipped].reason.empty())
        out.against.push_back(suspect[Trait::Shipped].reason);
}

}  // namespace

std::vector<model::SuspectChange> review_suspects(const model::Incident& incident,
                                                  const Suspicion& suspicion,
                                                  const std::vector<double>& shares,
                                                  Detection& detection) {
    std::vector<model::SuspectChange> out;
    if (suspicion.suspects.empty()) return out;
    const Symptoms symptoms = symptoms_of(incident, detection);
    for (std::size_t i = 0; i < suspicion.suspects.size() && out.size() < kMostChanges; ++i) {
        if (shares.at(i) < kWorthALook) continue;
        const Suspect& suspect = suspicion.suspects[i];
        const model::Change& change = *suspect.change;
        model::SuspectChange reviewed;
        reviewed.kind = change.kind;
        reviewed.ref = base::shorten(change.ref, kLongestText);
        reviewed.summary = base::shorten(change.summary, kLongestText);
        reviewed.author = base::shorten(change.author, kLongestText);
        reviewed.entity = suspect.entity;
        reviewed.time = change.time;
        if (suspect.live != 0) reviewed.live = suspect.live;
        reviewed.share = shares[i];
        reviewed.evidence.push_back(detection.evidence.add_change(change));
        if (suspect.via != nullptr && suspect.via != suspect.change)
            reviewed.evidence.push_back(detection.evidence.add_change(*suspect.via));
        const Read read = read_of(change);
        const std::vector<DiffLine> lines = numbered(read.hunks);
        reviewed.lines = suspect_lines({symptoms, suspect, read, lines, reviewed.evidence.front()});
        add_reasons(suspect, reviewed);
        out.push_back(std::move(reviewed));
    }
    return out;
}

}  // namespace insight::analysis::changes
