// How well the content of a change fits what was observed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analysis/changes/shipping.h"
#include "analysis/changes/subjects.h"
#include "analysis/changes/suspect.h"

namespace insight::analysis::changes {

// What a suspect's content is compared with, made once for all suspects.
struct Corpus {
    std::map<std::string, double> rarity;  // of a word: log10(1 + changes / changes with it)
    std::map<std::string, double> spoken;  // words of the symptoms, without names of entities
    std::set<std::string> names;           // words that names of entities consist of
    std::vector<std::string> lines;        // symptoms' texts, bare, numbers as '#'
    std::map<const Read*, std::map<std::string, double>> said;  // words of each change
};

Corpus corpus_of(const std::vector<Read>& all, const Symptoms& symptoms);

struct Match {
    Judged fit;
    const Touch* touch = nullptr;  // the best one
    Effect effect = Effect::Latency;
};

// Noisy-or over what a touched subject brings about, as far as it was observed and did not begin
// before `live`; of several subjects the best one counts. Effects that follow from everything weigh
// little (EffectText::telling).
Match match_touches(const Read& read, const Symptoms& symptoms, const Corpus& corpus,
                    model::Nanos live);

// Words of the changed lines that the symptoms use, weighed by how rare they are among the changes
// (inverse document frequency, as in Zhou et al., "Where should the bugs be fixed?", 2012, and for
// changes Wen et al., "Locus", 2016).
Judged match_words(const Read& read, const Corpus& corpus);

// The very values: a series that moved from the old to the new number, a quoted name or a literal
// of the diff in a message.
Judged match_values(const Read& read, const Symptoms& symptoms, const Corpus& corpus,
                    const EvidenceBook& book);

// Onsets are known to about one reading.
inline constexpr model::Nanos kTolerance = 90 * base::kSecond;

}  // namespace insight::analysis::changes
