#include "agent/review/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace insight::review {
namespace {

namespace changes = analysis::changes;

constexpr double kAlike = 0.25;
constexpr std::size_t kMostAlike = 6;

double shared(const std::set<std::string>& left, const std::set<std::string>& right) {
    if (left.empty() || right.empty()) return 0;
    const auto both = static_cast<double>(std::count_if(
        left.begin(), left.end(), [&](const auto& one) { return right.contains(one); }));
    return both / (static_cast<double>(left.size() + right.size()) - both);
}

std::set<std::string> subjects_of(const changes::Read& read) {
    std::set<std::string> out;
    for (const changes::Touch& touch : read.touches) out.emplace(touch.subject->name);
    return out;
}

}  // namespace

std::vector<Similar> similar_to(const changes::Read& read, const Asked& asked,
                                const Production& production) {
    const std::set<std::string> files(read.files.begin(), read.files.end());
    const std::set<std::string> subjects = subjects_of(read);
    std::vector<Similar> out;
    std::set<std::string> harmful;
    for (const PastHarm& past : production.past) {
        const changes::Read other = changes::read_of(past.change);
        harmful.insert(past.ref);
        const double likeness = std::max(shared(files, {other.files.begin(), other.files.end()}),
                                         // Files say more than subjects: many changes touch a
                                         // timeout, few touch the same file.
                                         0.8 * shared(subjects, subjects_of(other)));
        if (likeness < kAlike) continue;
        out.push_back({past.incident, past.ref, past.change.summary,
                       base::shorten(past.statement, 300), likeness, past.time});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Similar& a, const Similar& b) { return a.likeness > b.likeness; });
    if (out.size() > kMostAlike - 1) out.resize(kMostAlike - 1);
    const auto was_quiet = [&](const github::Commit& commit) {
        return !harmful.contains(commit.sha);
    };
    const auto quiet = std::count_if(asked.earlier.begin(), asked.earlier.end(), was_quiet);
    if (quiet > 0) {
        const github::Commit& newest =
            *std::find_if(asked.earlier.begin(), asked.earlier.end(), was_quiet);
        out.push_back(
            {"", newest.sha,
             base::shorten(base::one_line(newest.message.substr(0, newest.message.find('\n'))),
                           120),
             fmt::format("{} earlier {} of these files in 90 days led to no known incident", quiet,
                         quiet == 1 ? "change" : "changes"),
             0, newest.committed_at});
    }
    return out;
}

}  // namespace insight::review
