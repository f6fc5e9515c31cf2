#include "analysis/changes/substance.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "analysis/changes/words.h"

namespace insight::analysis::changes {
namespace {

// How often each identifier and number occurs: a pure rearrangement keeps them.
std::map<std::string, int> bag_of(const std::vector<std::string>& lines) {
    static const re2::RE2 kToken(R"(([A-Za-z_]\w+|\d[\d.]*))");
    std::map<std::string, int> bag;
    for (const std::string& line : lines) {
        re2::StringPiece rest(line);
        std::string token;
        while (re2::RE2::FindAndConsume(&rest, kToken, &token)) ++bag[token];
    }
    return bag;
}

// Share of the tokens of `from` that are in `in` as well.
double kept_share(const std::map<std::string, int>& from, const std::map<std::string, int>& in) {
    int all = 0;
    int kept = 0;
    for (const auto& [token, count] : from) {
        all += count;
        const auto it = in.find(token);
        if (it != in.end()) kept += std::min(count, it->second);
    }
    return all == 0 ? 1 : static_cast<double>(kept) / all;
}

bool only_observes(const Residue& residue) {
    static const re2::RE2 kObserves(
        R"((?i)\blog(ger|f)?\b|log\.|slog|metric|counter|histogram|gauge|prometheus|\bspan|setattribute|tracer|\.inc\(|\.observe\(|printf|println|console\.|attribute\.|^\s*"\w+", [^(]*,?$|^\s*(name|help|buckets?)\s*:)");
    if (residue.added.empty()) return false;
    for (const std::string& line : residue.added)
        if (!re2::RE2::PartialMatch(line, kObserves)) return false;
    for (const std::string& line : residue.removed)
        if (!re2::RE2::PartialMatch(line, kObserves)) return false;
    return true;
}

double riskiest(const std::vector<Touch>& touches) {
    double risk = 0;
    for (const Touch& touch : touches) risk = std::max(risk, touch.subject->risk * touch.strength);
    return risk;
}

}  // namespace

Substance substance_of(const Read& read) {
    const model::Change& change = *read.change;
    const std::vector<std::string>& files = read.files;
    // From what cannot act at all to what looks harmless: the first that holds decides. A risky
    // touch or a turned number comes before the two that judge by likeness of the text.
    if (!files.empty() && std::all_of(files.begin(), files.end(), is_passive_file))
        return {1, "touches only files that do not run, such as " + files.front()};
    bool any = false;
    for (const Hunk& hunk : read.hunks) any = any || !hunk.removed.empty() || !hunk.added.empty();
    if (!any) return {change.kind == "commit" ? 0.5 : 0.2, "its content is not known"};
    const Residue& residue = read.residue;
    if (residue.removed.empty() && residue.added.empty())
        return {1, "changes layout, comments or the order of lines only"};
    double largest = 0;
    for (const Bump& bump : read.values.bumps) largest = std::max(largest, bump.size);
    if (!read.values.bumps.empty() && largest <= 0.2 &&
        residue.removed.size() <= read.values.bumps.size())
        return {0.7, "raises patch versions of dependencies only"};
    if (only_observes(residue)) return {0.8, "changes what is logged or measured only"};
    if (riskiest(read.touches) >= 0.4 || !read.values.turned.empty()) return {0, ""};
    const auto old = bag_of(residue.removed);
    const auto now = bag_of(residue.added);
    if (!old.empty() && kept_share(old, now) >= 0.75 && kept_share(now, old) >= 0.6)
        return {0.8, "writes the same steps differently"};
    // A setting acts as soon as it is set; code, once something calls it.
    if (old.empty() && read.touches.empty() && change.kind == "commit")
        return {0.4, "only adds code that nothing here calls yet"};
    return {0.1, ""};
}

}  // namespace insight::analysis::changes
