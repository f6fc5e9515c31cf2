#include "agent/chat/topic.h"

#include <re2/re2.h>

#include <array>

#include "agent/chat/when.h"

namespace insight::agent::chat {
namespace {

using re2::RE2;

struct Rule {
    Topic topic;
    const char* pattern;
};

// In this order: the first that matches wins.
constexpr std::array kRules{
    Rule{
        Topic::Review,
        R"(pull request|merge request|\bpr\b|\bmr\b|this (?:change|diff|patch|deploy\w*|release)\b.*\b(?:hurt|break|safe|risk)|#[0-9]+\b.*\b(?:hurt|break|safe|risk))"},
    Rule{
        Topic::Ahead,
        R"(about to|going to (?:go wrong|break|fail|run out|happen)|run(?:ning)? out|at risk|go wrong soon|any(?:thing)? (?:wrong|risk\w*) (?:soon|ahead|coming)|forecast|predict|health scan|what(?:'s| is) (?:next|coming)|will (?:anything|something))"},
    Rule{Topic::Evidence, R"(\be[0-9]{1,4}\b|\bc[0-9a-f]{16}\b)"},
    Rule{
        Topic::Postmortem,
        R"(post-?\s?mortem|incident review|write (?:it|this) up|what happened (?:last|yester|over|during|today|this|on|in|since|between)|last night|lessons)"},
    Rule{Topic::Timeline,
         R"(time ?line|chronolog|in (?:what|which) order|sequence of|step by step)"},
    Rule{
        Topic::Prevent,
        R"(prevent|never again|happen(?:ing)? again|avoid (?:this|it)|long.term|keep (?:it|this) from)"},
    Rule{Topic::Runbook, R"(run ?book|play ?book|procedure|documented)"},
    Rule{
        Topic::Similar,
        R"(seen (?:this|it|that)|happened before|before\?|similar|like this (?:before|once)|last time|history)"},
    Rule{Topic::Changed,
         R"(chang|deploy|release|rolled? ?out|commit|config|what is (?:new|different)|who did)"},
    Rule{
        Topic::Coverage,
        R"(not see|could(?: you)? not|blind|coverage|which sources|what (?:is|was|are) missing|not know|not checked|collected)"},
    Rule{
        Topic::Sure,
        R"(how sure|sure\b|certain|confiden|prove|proof|wrong if|disprove|overturn|convince|reliable)"},
    Rule{
        Topic::Impact,
        R"(impact|affect|who (?:is|are|suffer|notice)|users|customers|blast|how bad|how severe|severity|urgen)"},
    Rule{
        Topic::When,
        R"(^\s*when|since when|how long|start(?:ed)?\b|begin|began|still\b|over yet|is it over|recover|resolved|ended)"},
    Rule{
        Topic::Do,
        R"(what (?:should|can|do|must|could) (?:i|we|one|they)|what to do|what now|next step|fix|mitigat|how (?:do|can|to)|repair|remed|recommend|rollback|roll back|resolve|command)"},
    Rule{
        Topic::Why,
        R"(why|cause|reason|root|could it be|is it (?:the|a|an)|rule[ds]? out|what about|blame|fault|slow|fail|broken|down|error)"},
};

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

// "checkout" of "why is checkout slow?", as it is written in `text`; words that only point are no
// subject. `lower` is the text in small letters, byte for byte.
std::string subject_of(const std::string& text, const std::string& lower) {
    static const RE2 kSubject(
        R"(\b(?:why (?:is|are|was|were|does|did|do)|what(?:'s| is| was) wrong with|what happened (?:to|with)|is|are|about|with|of) (?:the |our |my )?([a-z0-9][a-z0-9_./-]{1,80})(?: (?:service|database|cache|pod|api|app))?)");
    static const std::array<std::string_view, 41> kPointers{
        "it",    "to",       "this",       "that",      "they",  "these", "those",
        "there", "anything", "something",  "an",        "any",   "all",   "everything",
        "cause", "reason",   "going",      "happening", "wrong", "us",    "you",
        "we",    "incident", "alert",      "evidence",  "last",  "today", "yesterday",
        "slow",  "down",     "broken",     "failing",   "root",  "about", "still",
        "what",  "which",    "prevention", "timeline",  "over",  "the"};
    re2::StringPiece rest(lower);
    re2::StringPiece found;
    while (RE2::FindAndConsume(&rest, kSubject, &found)) {
        std::string word(found);
        while (!word.empty() && (word.back() == '.' || word.back() == '-' || word.back() == '/'))
            word.pop_back();
        bool pointer = word.empty() || word.starts_with("inc-");
        for (const std::string_view known : kPointers) pointer = pointer || word == known;
        if (!pointer)
            return text.substr(static_cast<std::size_t>(found.data() - lower.data()), word.size());
    }
    return {};
}

}  // namespace

std::string_view name(Topic topic) {
    static constexpr std::array<std::string_view, 16> kNames{
        "what",       "why",    "when", "changed",  "do",      "prevent", "evidence", "timeline",
        "postmortem", "impact", "sure", "coverage", "similar", "runbook", "ahead",    "review"};
    return kNames[static_cast<std::size_t>(topic)];
}

Question understand(std::string_view text, base::Nanos now, const Zone& zone) {
    Question out;
    out.text = text;
    const std::string lower = lower_case(text);
    for (const Rule& rule : kRules)
        if (RE2::PartialMatch(lower, rule.pattern)) {
            out.topic = rule.topic;
            break;
        }
    static const RE2 kEvidence(R"(\b[eE]([0-9]{1,4})\b)");
    std::string number;
    if (RE2::PartialMatch(lower, kEvidence, &number)) out.evidence = "E" + number;
    static const RE2 kOfAnAnswer(R"(\bc([0-9a-f]{16})\b)");
    if (RE2::PartialMatch(lower, kOfAnAnswer, &number)) out.evidence = "C" + number;
    // The form of our own ids first; the other forms are of incidents that came from elsewhere.
    static const RE2 kIncident(R"(\b(inc-[0-9a-f]{16}|(?:inc|question|scan)-[0-9a-z-]{8,50}))");
    RE2::PartialMatch(lower, kIncident, &out.incident);
    out.interval = interval_of(lower, now, Zone::named_in(text).value_or(zone));
    out.subject = subject_of(out.text, lower);
    static const RE2 kNow(R"(\b(?:is|are|now|currently|right now)\b)");
    // "Is" asks for the present, unless a time is named beside it.
    out.current = RE2::PartialMatch(lower, kNow) && !out.interval;
    return out;
}

}  // namespace insight::agent::chat
