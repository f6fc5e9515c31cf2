#include "agent/reasoning/words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace insight::agent::reasoning {
namespace {

// "all", "only", "most" and "always" are not among them, and neither are "both", "any", "others",
// "again" and "still": records show one thing, not all there is.
// Nor are units, statistics and ranks ("minute", "median", "first"): a number per second is another
// per minute, and the largest value is no median.
constexpr std::array<std::string_view, 127> kNeutral{"'s",
                                                     "a",
                                                     "about",
                                                     "above",
                                                     "across",
                                                     "after",
                                                     "against",
                                                     "ago",
                                                     "along",
                                                     "also",
                                                     "an",
                                                     "and",
                                                     "approximately",
                                                     "are",
                                                     "around",
                                                     "as",
                                                     "at",
                                                     "baseline",
                                                     "be",
                                                     "became",
                                                     "become",
                                                     "been",
                                                     "before",
                                                     "began",
                                                     "begin",
                                                     "behind",
                                                     "being",
                                                     "below",
                                                     "between",
                                                     "but",
                                                     "by",
                                                     "came",
                                                     "compared",
                                                     "current",
                                                     "currently",
                                                     "did",
                                                     "do",
                                                     "does",
                                                     "during",
                                                     "either",
                                                     "evidence",
                                                     "exactly",
                                                     "figure",
                                                     "figures",
                                                     "for",
                                                     "from",
                                                     "had",
                                                     "has",
                                                     "have",
                                                     "here",
                                                     "high",
                                                     "how",
                                                     "in",
                                                     "incident",
                                                     "into",
                                                     "is",
                                                     "it",
                                                     "its",
                                                     "itself",
                                                     "just",
                                                     "least",
                                                     "near",
                                                     "next",
                                                     "now",
                                                     "of",
                                                     "off",
                                                     "on",
                                                     "one",
                                                     "or",
                                                     "our",
                                                     "out",
                                                     "over",
                                                     "own",
                                                     "point",
                                                     "points",
                                                     "roughly",
                                                     "saw",
                                                     "see",
                                                     "seen",
                                                     "show",
                                                     "showed",
                                                     "shown",
                                                     "shows",
                                                     "some",
                                                     "stand",
                                                     "stands",
                                                     "start",
                                                     "started",
                                                     "starts",
                                                     "stood",
                                                     "such",
                                                     "than",
                                                     "that",
                                                     "the",
                                                     "their",
                                                     "them",
                                                     "then",
                                                     "there",
                                                     "these",
                                                     "they",
                                                     "this",
                                                     "those",
                                                     "time",
                                                     "times",
                                                     "to",
                                                     "together",
                                                     "under",
                                                     "until",
                                                     "up",
                                                     "usage",
                                                     "usual",
                                                     "usually",
                                                     "utc",
                                                     "value",
                                                     "values",
                                                     "versus",
                                                     "vs",
                                                     "was",
                                                     "went",
                                                     "were",
                                                     "where",
                                                     "which",
                                                     "while",
                                                     "who",
                                                     "window",
                                                     "with",
                                                     "within"};

constexpr std::array<std::string_view, 25> kRise{
    "rise",      "rises",      "rose",     "risen", "rising",  "increase", "increased",
    "increases", "increasing", "grew",     "grow",  "grows",   "growing",  "grown",
    "higher",    "more",       "jumped",   "jumps", "climbed", "climbs",   "spiked",
    "spike",     "surged",     "exceeded", "worse"};
constexpr std::array<std::string_view, 18> kFall{
    "fall",      "falls",     "fell",     "fallen", "falling", "decrease",
    "decreased", "decreases", "sank",     "shrank", "shrunk",  "lower",
    "less",      "fewer",     "declined", "drop",   "plunged", "halved"};
constexpr std::array<std::string_view, 10> kNegation{
    "no", "not", "never", "none", "neither", "nor", "without", "cannot", "nothing", "nobody"};
// "since" of a time is none of them; the hearing looks at what follows it.
constexpr std::array<std::string_view, 33> kCausal{
    "because",      "cause",   "caused",   "causes",      "causing",     "due",      "therefore",
    "hence",        "thus",    "lead",     "leads",       "leading",     "led",      "triggered",
    "triggers",     "results", "resulted", "resulting",   "responsible", "explains", "explain",
    "consequently", "why",     "root",     "reason",      "blame",       "so",       "since",
    "result",       "owing",   "thereby",  "accordingly", "thanks"};

template <std::size_t N>
bool in(const std::array<std::string_view, N>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

WordKind kind_of(std::string_view lower) {
    if (in(kRise, lower)) return WordKind::Rise;
    if (in(kFall, lower)) return WordKind::Fall;
    if (in(kNegation, lower) || lower.ends_with("n't")) return WordKind::Negation;
    if (in(kCausal, lower)) return WordKind::Causal;
    // Single letters may be units ("4 d"); "a" and "I" are none.
    return in(kNeutral, lower) || lower == "i" ? WordKind::Neutral : WordKind::Content;
}

std::string stem(std::string_view lower) {
    // OpenTelemetry names durations what people call latency.
    std::string out(lower == "latency" || lower == "latencies" ? "duration" : lower);
    // Longest first. Crude on purpose: both sides are cut by the same rule, and it need only hold
    // that forms of one word meet.
    static constexpr std::array<std::string_view, 20> kEnds{
        "ations", "ation", "ures", "ure", "ments", "ment", "ings", "ing", "ions", "ion",
        "ies",    "ied",   "ers",  "er",  "ed",    "es",   "ly",   "s",   "y",    "e"};
    for (const std::string_view end : kEnds)
        if (out.size() >= end.size() + 3 && out.ends_with(end)) {
            out.resize(out.size() - end.size());
            break;
        }
    // "stopped" and "stop"
    if (out.size() > 3 && out.back() == out[out.size() - 2] && out.back() != 's' &&
        out.back() != 'l')
        out.pop_back();
    return out;
}

bool is_request(const std::string& stemmed) {
    static const std::set<std::string> kStems{
        "req",           stem("request"),     stem("query"), stem("call"), stem("operation"),
        stem("command"), stem("transaction"), "rpc",         "op",         "ops"};
    return kStems.contains(stemmed);
}

bool is_failure(const std::string& stemmed) {
    static const std::set<std::string> kStems{stem("failed"), stem("fails"), stem("failure"),
                                              stem("error"), stem("errored")};
    return kStems.contains(stemmed);
}

bool leads_to_number(std::string_view lower) {
    static constexpr std::array<std::string_view, 11> kVerbs{
        "uses", "using", "served", "handled", "processed", "answered",
        "took", "takes", "taking", "reached", "reaches"};
    return in(kVerbs, lower);
}

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> out;
    std::string word;
    std::vector<std::string> parts(1);  // of a word with inner capitals
    const auto end_word = [&] {
        if (parts.size() > 1)
            for (std::string& part : parts)
                if (part.size() > 1) out.push_back(std::move(part));
        if (!word.empty()) out.push_back(word);
        word.clear();
        parts.assign(1, {});
    };
    bool after_lower = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        const bool inner = c == '\'' && !word.empty() && i + 1 < text.size() &&
                           std::isalpha(static_cast<unsigned char>(text[i + 1])) != 0;  // "don't"
        if (std::isalpha(byte) == 0 && !inner && byte < 128) {
            end_word();
            after_lower = false;
            continue;
        }
        // "backOff" ends before "Off", "OOMKilled" before "Killed".
        const bool lower_next =
            i + 1 < text.size() && std::islower(static_cast<unsigned char>(text[i + 1])) != 0;
        if (std::isupper(byte) != 0 && (after_lower || (lower_next && parts.back().size() > 1)))
            parts.emplace_back();
        after_lower = std::islower(byte) != 0;
        const char lower = static_cast<char>(byte < 128 ? std::tolower(byte) : byte);
        word += lower;
        parts.back() += lower;
    }
    end_word();
    return out;
}

}  // namespace insight::agent::reasoning
