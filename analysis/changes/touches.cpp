#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <cmath>

#include "analysis/changes/subjects.h"
#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMostTouches = 32;
constexpr std::int64_t kMemory = 24 << 20;  // of the automaton; grows with use
constexpr double kFullTurn = 4;             // a number four times as large or small counts fully

const re2::RE2::Set& patterns() {
    static const re2::RE2::Set kSet = [] {
        re2::RE2::Options options;
        options.set_case_sensitive(false);
        options.set_max_mem(kMemory);
        re2::RE2::Set set(options, re2::RE2::UNANCHORED);
        for (const Subject& subject : subjects()) {
            // An empty pattern marks a subject that is told by structure; it matches no line.
            const std::string_view pattern =
                subject.pattern.empty() ? std::string_view("\\x00\\x00") : subject.pattern;
            set.Add(re2::StringPiece(pattern.data(), pattern.size()), nullptr);
        }
        set.Compile();
        return set;
    }();
    return kSet;
}

// Handing an error on is no check for nothing, in whatever form a refactoring writes it.
std::vector<int> subjects_in(const std::string& line) {
    static const re2::RE2 kHandedOn(R"(\berr(or)? ?[!=]= ?nil)");
    std::string text = line;
    re2::RE2::GlobalReplace(&text, kHandedOn, "err-");
    std::vector<int> hits;
    patterns().Match(text, &hits);
    return hits;
}

bool is_time(const Turned& turned) {
    static const re2::RE2 kTime(
        R"((?i)time|ttl|expir|interval|period|delay|back.?off|max.?age|deadline|lifetime|second|_ms\b|millis|duration|linger)");
    static const re2::RE2 kRate(R"((?i)per.?(second|sec|minute|min|hour)\b|per(Second|Minute))");
    if (re2::RE2::PartialMatch(turned.key, kRate)) return false;
    return turned.dimension == Dimension::Seconds ||
           (turned.dimension == Dimension::Plain && re2::RE2::PartialMatch(turned.key, kTime));
}

void add_values(const Values& values, std::vector<Touch>& touches) {
    for (const Turned& turned : values.turned) {
        if (is_passive_file(turned.file)) continue;
        const bool more = turned.after > turned.before;
        const Sense sense = is_time(turned) ? more ? Sense::Lengthened : Sense::Shortened
                            : more          ? Sense::Raised
                                            : Sense::Lowered;
        const double factor = turned.factor();
        const double strength =
            factor <= 0 || std::isinf(factor)
                ? 1
                : std::min(1.0, std::abs(std::log(factor)) / std::log(kFullTurn));
        for (const int hit : subjects_in(turned.key)) {
            const Subject& subject = subjects()[static_cast<std::size_t>(hit)];
            if (subject.sense == sense || subject.sense == Sense::Turned)
                touches.push_back({&subject, turned.key, turned.before_text, turned.after_text,
                                   subject.sense == sense ? strength : 0.7 * strength});
        }
    }
}

// More lines of a subject on one side than on the other.
void add_balance(const Residue& residue, std::vector<Touch>& touches) {
    struct Balance {
        int removed = 0, added = 0;
        std::string gone, come;
    };
    std::vector<Balance> balances(subjects().size());
    for (const std::string& line : residue.removed)
        for (const int hit : subjects_in(line)) {
            Balance& balance = balances[static_cast<std::size_t>(hit)];
            if (balance.removed++ == 0) balance.gone = line;
        }
    for (const std::string& line : residue.added)
        for (const int hit : subjects_in(line)) {
            Balance& balance = balances[static_cast<std::size_t>(hit)];
            if (balance.added++ == 0) balance.come = line;
        }
    for (std::size_t i = 0; i < balances.size(); ++i) {
        const Subject& subject = subjects()[i];
        const Balance& balance = balances[i];
        // A line that was only rewritten stands on both sides and cancels.
        const double net = balance.removed - balance.added;
        const double all = balance.removed + balance.added;
        if (subject.sense == Sense::Removed && net > 0)
            touches.push_back({&subject, balance.gone, "", "", net / all});
        if (subject.sense == Sense::Added && net < 0)
            touches.push_back({&subject, balance.come, "", "", -net / all});
    }
}

void add_pairs(const Residue& residue, std::vector<Touch>& touches) {
    for (const auto& [before, after] : residue.pairs) {
        const std::vector<int> old_hits = subjects_in(before);
        const std::vector<int> new_hits = subjects_in(after);
        const std::set<std::string> old_names = quoted_in(before);
        const std::set<std::string> new_names = quoted_in(after);
        for (const int hit : new_hits) {
            if (std::find(old_hits.begin(), old_hits.end(), hit) == old_hits.end()) continue;
            const Subject& subject = subjects()[static_cast<std::size_t>(hit)];
            if (subject.sense == Sense::Turned) touches.push_back({&subject, after, "", "", 0.8});
            if (subject.sense != Sense::Renamed) continue;
            std::string gone;
            std::string come;
            for (const std::string& name : old_names)
                if (!new_names.contains(name)) gone = name;
            for (const std::string& name : new_names)
                if (!old_names.contains(name)) come = name;
            if (!gone.empty() && !come.empty()) touches.push_back({&subject, after, gone, come, 1});
        }
    }
}

// Calls to something remote inside a loop, in the old and in the new text of a hunk.
int calls_in_loops(const Hunk& hunk, char left_out, std::string* shown) {
    static const re2::RE2 kLoop(
        R"(^\s*(for|while|foreach)\b|\.(forEach|map|each|flatMap)\(|\bfor \w+ in\b)");
    static const re2::RE2 kCall(
        R"((await |\.\w*([Qq]uery|[Ff]etch|[Ff]ind|[Ss]elect|[Ee]xec|[Ii]nsert|[Ss]ave|[Pp]ublish|[Ss]end|[Ii]nvoke|[Rr]equest|[Pp]ost)\w*\()"
        R"(|\.([Gg]et|[Pp]ut|[Ll]oad|[Ll]ookup|[Uu]pdate|[Dd]elete|[Cc]all)[A-Z_]\w*\(|\.\w+\((ctx|context|r\.Context)\b|(requests|http|client|session|api)\.\w+\())");
    static const re2::RE2 kInline("[=-]>|lambda");
    int calls = 0;
    std::vector<std::size_t> loops;
    for (const auto& [sign, line] : hunk.lines) {
        const auto indent = line.find_first_not_of(" \t");
        if (sign == left_out || indent == std::string::npos) continue;
        const bool closes = line[indent] == '}' || line[indent] == ')';
        // Blocks are told by their indentation, which holds for braces and for Python: a line as
        // deep as the loop's own ends it, unless it is its closing brace.
        while (!loops.empty() && (indent < loops.back() || (indent == loops.back() && !closes)))
            loops.pop_back();
        const bool loop = re2::RE2::PartialMatch(line, kLoop);
        if ((!loops.empty() || (loop && line.find('.') != std::string::npos)) && !is_inert(line) &&
            re2::RE2::PartialMatch(line, kCall) &&
            !(loop && loops.empty() && !re2::RE2::PartialMatch(line, kInline))) {
            ++calls;
            if (shown != nullptr && sign == '+') *shown = line;
        }
        if (loop) loops.push_back(indent);
    }
    return calls;
}

void add_loops(const std::vector<Hunk>& hunks, std::vector<Touch>& touches) {
    // The one row without a pattern ("a call for every element").
    const auto subject = std::find_if(subjects().begin(), subjects().end(),
                                      [](const Subject& row) { return row.pattern.empty(); });
    for (const Hunk& hunk : hunks) {
        if (is_passive_file(hunk.file)) continue;
        std::string shown;
        const int now = calls_in_loops(hunk, '-', &shown);
        if (now > calls_in_loops(hunk, '+', nullptr) && !shown.empty())
            touches.push_back({&*subject, shown, "", "", 1});
    }
}

}  // namespace

std::string said_of(const Touch& touch) {
    const auto name = touch.subject->name;
    switch (touch.subject->sense) {
        case Sense::Lowered:
        case Sense::Shortened:
            return fmt::format("lowers {} from {} to {}", name, touch.before, touch.after);
        case Sense::Raised:
        case Sense::Lengthened:
            return fmt::format("raises {} from {} to {}", name, touch.before, touch.after);
        case Sense::Removed:
            return fmt::format("takes away {}", name);
        case Sense::Added:
            return fmt::format("adds {}", name);
        case Sense::Renamed:
            return fmt::format("renames `{}` to `{}`", touch.before, touch.after);
        case Sense::Turned:
            break;
    }
    return fmt::format("changes {}", name);
}

std::vector<Touch> touches_of(const std::vector<Hunk>& hunks, const Values& values,
                              const Residue& residue) {
    std::vector<Touch> touches;
    add_values(values, touches);
    add_balance(residue, touches);
    add_pairs(residue, touches);
    add_loops(hunks, touches);
    std::stable_sort(touches.begin(), touches.end(), [](const Touch& a, const Touch& b) {
        return a.subject->risk * a.strength > b.subject->risk * b.strength;
    });
    // The same subject shown by several lines counts once, by its clearest line.
    std::vector<Touch> kept;
    for (Touch& touch : touches) {
        const bool known = std::any_of(kept.begin(), kept.end(), [&](const Touch& other) {
            return other.subject == touch.subject;
        });
        if (!known && kept.size() < kMostTouches) kept.push_back(std::move(touch));
    }
    return kept;
}

}  // namespace insight::analysis::changes
