#include "analysis/changes/fit.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <cmath>

#include "analysis/changes/words.h"
#include "core/base/text.h"

namespace insight::analysis::changes {
namespace {

constexpr double kManyWords = 6;       // sum of rarities at which words are 63 % convinced
constexpr std::size_t kLongDiff = 40;  // words; longer diffs match more by chance
constexpr std::size_t kLiteral = 14;   // shorter literals occur by chance

// What a change says: words of changed lines count fully, names of files and summaries less.
std::map<std::string, double> said_by(const Read& read) {
    std::map<std::string, double> words;
    const auto say = [&](std::string_view text, double weight) {
        for (const std::string& word : words_of(text)) {
            double& known = words[word];
            known = std::max(known, weight);
        }
    };
    const Residue& residue = read.residue;
    // What both sides say was there before and still is: it is where, not what.
    std::set<std::string> old;
    for (const std::string& line : residue.removed)
        for (const std::string& word : words_of(line)) old.insert(word);
    std::set<std::string> now;
    for (const std::string& line : residue.added)
        for (const std::string& word : words_of(line)) now.insert(word);
    for (const std::string& word : old) words[word] = now.contains(word) ? 0.6 : 1;
    for (const std::string& word : now) words[word] = old.contains(word) ? 0.6 : 1;
    for (const std::string& file : read.files)
        if (!is_passive_file(file)) say(file, 0.5);
    for (const Hunk& hunk : read.hunks) say(hunk.header, 0.25);
    say(read.change->summary, read.change->kind == "commit" ? 0.25 : 0.5);
    return words;
}

// Numbers and placeholders look alike: "$1", "$<N>" and "%d" are all '#'.
std::string masked(std::string_view text) {
    static const re2::RE2 kHole(R"(<\*>|<n>|%[sdvqfw]|\{[^}]*\}|\$?#|\?|[\d.]*\d)");
    std::string out = bare(text);
    re2::RE2::GlobalReplace(&out, kHole, "#");
    re2::RE2::GlobalReplace(&out, "[$#]+", "#");
    return out;
}

bool about(double value, double wanted) {
    return std::abs(value - wanted) <= 0.02 * std::abs(wanted);
}

// Did this series move from the old value of the setting to its new one?
bool moved_alike(const Turned& turned, const base::Json& content) {
    if (!content.contains("baseline") || !content.contains("facts")) return false;
    const double before = base::number_at(content["baseline"], "median", 0);
    const double after = base::number_at(content["facts"], "level", 0);
    // A setting in milliseconds and a series in seconds, or the other way; 0 and 1 are met by
    // chance.
    for (const double scale : {1.0, 1e3, 1e-3})
        if (std::abs(turned.before) > 1 && about(before, turned.before * scale) &&
            about(after, turned.after * scale))
            return true;
    return false;
}

}  // namespace

Corpus corpus_of(const std::vector<Read>& all, const Symptoms& symptoms) {
    Corpus corpus;
    std::map<std::string, int> having;
    for (const Read& read : all) {
        for (const auto& [word, weight] : corpus.said[&read] = said_by(read)) ++having[word];
        for (const std::string& word : words_of(read.change->entity)) corpus.names.insert(word);
    }
    for (const auto& [entity, weight] : symptoms.entities)
        for (const std::string& word : words_of(entity)) corpus.names.insert(word);
    for (const auto& [word, count] : having)
        corpus.rarity[word] = std::log(1 + static_cast<double>(all.size()) / count) / std::log(10);
    for (const auto& [word, weight] : symptoms.words)
        if (!corpus.names.contains(word)) corpus.spoken[word] = weight;
    for (const Symptom& symptom : symptoms.all) corpus.lines.push_back(masked(symptom.text));
    return corpus;
}

Match match_touches(const Read& read, const Symptoms& symptoms, const Corpus& corpus,
                    model::Nanos live) {
    Match best;
    double best_score = 0;
    double missing = 1;
    const auto observed = [&](Effect effect) {
        const auto i = static_cast<std::size_t>(effect);
        const bool earlier = symptoms.first[i] && *symptoms.first[i] + kTolerance < live;
        return symptoms.effects[i] * text_of(effect).telling * (earlier ? 0.15 : 1);
    };
    for (const Touch& touch : read.touches) {
        std::vector<std::pair<double, Effect>> brought;
        for (const Brings& brings : touch.subject->brings)
            brought.emplace_back(brings.likely * observed(brings.effect), brings.effect);
        // The strongest first: each further one counts half of the one before.
        std::sort(brought.rbegin(), brought.rend());
        double kept = 1;
        double share = 1;
        for (const auto& [value, effect] : brought) {
            kept *= 1 - value * share;
            share *= 0.5;  // effects of one fault come together and are no independent proof
        }
        const double score = (1 - kept) * touch.strength * (0.4 + 0.6 * touch.subject->risk);
        if (score > best_score) {
            best_score = score;
            best.touch = &touch;
            best.effect = brought.front().second;
        }
        missing = std::min(missing, 1 - score);
    }
    double total = 1 - missing;
    for (const Bump& bump : read.values.bumps) {
        bool named = false;
        for (const std::string& word : words_of(bump.name))
            named = named || corpus.spoken.contains(word);
        const double score = std::min(1.0, bump.size + 0.2) * (named ? 1 : 0.25) *
                             std::max(observed(Effect::Version), 0.7 * observed(Effect::Crash));
        if (score <= total) continue;
        total = score;
        best.touch = nullptr;
        best.effect = Effect::Version;
        best.fit.reason = fmt::format("raises {} from {} to {}, and {} were observed",
                                      base::shorten(base::one_line(bump.name), 80), bump.before,
                                      bump.after, text_of(best.effect).name);
    }
    best.fit.value = total;
    if (best.touch != nullptr && best.fit.reason.empty())
        best.fit.reason = fmt::format("touches {}, which brings about {}",
                                      best.touch->subject->name, text_of(best.effect).name);
    if (best.fit.reason.empty())
        best.fit.reason = "touches nothing that brings about what was observed";
    return best;
}

Judged match_words(const Read& read, const Corpus& corpus) {
    const std::map<std::string, double>& said = corpus.said.at(&read);
    double sum = 0;
    std::vector<std::pair<double, std::string>> shared;
    for (const auto& [word, weight] : said) {
        const auto it = corpus.spoken.find(word);
        if (it == corpus.spoken.end()) continue;
        const double score = weight * it->second * corpus.rarity.at(word) * std::log(10);
        sum += score;
        shared.emplace_back(score, word);
    }
    if (shared.empty()) return {0, "shares no word with the symptoms"};
    std::sort(shared.rbegin(), shared.rend());
    sum /= std::sqrt(1 + static_cast<double>(said.size()) / kLongDiff);
    std::string words;
    for (std::size_t i = 0; i < shared.size() && i < 4; ++i)
        words += (i == 0 ? "" : ", ") + shared[i].second;
    return {1 - std::exp(-sum / kManyWords), "shares words with the symptoms: " + words};
}

Judged match_values(const Read& read, const Symptoms& symptoms, const Corpus& corpus,
                    const EvidenceBook& book) {
    static const re2::RE2 kText(R"re("([^"\n]{14,200})"|'([^'\n]{14,200})'|`([^`\n]{14,200})`)re");
    for (const Turned& turned : read.values.turned)
        for (const Symptom& symptom : symptoms.all)
            if (symptom.finding != nullptr)
                for (const std::string& id : symptom.finding->clue.evidence)
                    if (const model::Evidence* evidence = book.find(id);
                        evidence != nullptr && moved_alike(turned, evidence->content))
                        return {
                            1, fmt::format("{} moved from {} to {} as the setting did",
                                           evidence->title, turned.before_text, turned.after_text)};
    const Residue& residue = read.residue;
    Judged found{0, "none of its values or names turned up"};
    const auto look = [&](const std::vector<std::string>& lines,
                          const std::vector<std::string>& others) {
        for (const std::string& line : lines) {
            for (const std::string& name : quoted_in(line)) {
                const auto it = symptoms.quoted.find(name);
                if (it == symptoms.quoted.end() || corpus.names.contains(name)) continue;
                bool both = false;
                for (const std::string& other : others)
                    both = both || quoted_in(other).contains(name);
                // A name that both sides have was there before and still is.
                const double value = (both ? 0.3 : 0.9) * it->second;
                if (value > found.value)
                    found = {value, fmt::format("messages name `{}`, which it changes", name)};
            }
            re2::StringPiece rest(line);
            std::string a;
            std::string b;
            std::string c;
            while (re2::RE2::FindAndConsume(&rest, kText, &a, &b, &c)) {
                // Of the three groups one has matched.
                const std::string text = masked(a + b + c);
                const std::set<std::string> words = words_of(a + b + c);
                const bool only_names = std::all_of(
                    words.begin(), words.end(),
                    [&](const std::string& word) { return corpus.names.contains(word); });
                if (only_names || text.size() < kLiteral ||
                    text.find_first_not_of("#:-_./") == std::string::npos)
                    continue;
                for (std::size_t i = 0; i < corpus.lines.size(); ++i)
                    if (corpus.lines[i].find(text) != std::string::npos &&
                        symptoms.all[i].weight * 0.9 > found.value)
                        found = {symptoms.all[i].weight * 0.9,
                                 "a text it changes turned up: " + base::shorten(a + b + c, 80)};
            }
        }
    };
    look(residue.removed, residue.added);
    look(residue.added, residue.removed);
    return found;
}

}  // namespace insight::analysis::changes
