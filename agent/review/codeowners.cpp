#include "agent/review/codeowners.h"

#include <algorithm>
#include <sstream>

#include "core/base/text.h"
#include "github/edits/lines.h"
#include "github/edits/patch_rules.h"

namespace insight::review {
namespace {

// GitHub does not load a CODEOWNERS above 3 MB
constexpr std::size_t kMostBytes = 3U << 20;
constexpr std::size_t kMostLines = 20'000;

// One pattern of .gitignore as patterns from the root: without '/' inside it fits at any depth, and
// what fits a folder fits everything below it.
std::vector<std::string> from_the_root(std::string pattern) {
    const bool folder = pattern.ends_with('/');
    if (folder) pattern.pop_back();
    const bool anchored = pattern.find('/') != std::string::npos;
    if (pattern.starts_with('/')) pattern.erase(0, 1);
    if (pattern.empty()) return {};
    if (!anchored) pattern.insert(0, "**/");
    std::vector<std::string> out;
    if (!folder) out.push_back(pattern);
    // GitHub: "docs/*" does not reach into folders of docs.
    if (folder || !pattern.ends_with("/*")) out.push_back(pattern + "/**");
    return out;
}

}  // namespace

const std::vector<std::string>& CodeOwners::places() {
    // GitHub looks in this order and takes the first that is there.
    static const std::vector<std::string> kPlaces{".github/CODEOWNERS", "CODEOWNERS",
                                                  "docs/CODEOWNERS"};
    return kPlaces;
}

CodeOwners::CodeOwners(std::string_view text) {
    for (const std::string_view raw : github::edits::lines_of(text.substr(0, kMostBytes))) {
        if (rules_.size() >= kMostLines) break;
        std::string line(github::edits::bare_line(raw));
        if (const std::size_t comment = line.find('#'); comment != std::string::npos)
            line.resize(comment);
        std::istringstream words(line);
        Rule rule;
        std::string pattern;
        if (!(words >> pattern)) continue;
        // What .gitignore has and CODEOWNERS has not: negation and ranges; GitHub skips such lines,
        // too.
        if (pattern.starts_with('!') || pattern.find('[') != std::string::npos) continue;
        rule.patterns = from_the_root(pattern);
        for (std::string owner; words >> owner;)
            rule.owners.push_back(base::shorten(base::clean_utf8(owner), 100));
        if (!rule.patterns.empty()) rules_.push_back(std::move(rule));
    }
}

std::vector<std::string> CodeOwners::of(std::string_view path) const {
    // The last rule that fits has the word; one without owners takes the path from everybody.
    for (auto rule = rules_.rbegin(); rule != rules_.rend(); ++rule)
        if (std::any_of(rule->patterns.begin(), rule->patterns.end(),
                        [&](const std::string& pattern) {
                            return github::edits::fits_pattern(path, pattern);
                        }))
            return rule->owners;
    return {};
}

}  // namespace insight::review
