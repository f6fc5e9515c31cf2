#include "github/landing.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace insight::github {

std::vector<Landed> landings(const std::vector<Commit>& listed) {
    std::map<std::string, const Commit*, std::less<>> by_sha;
    for (const Commit& commit : listed) by_sha.emplace(commit.sha, &commit);

    // The branch itself: first parents from its tip on.
    std::set<std::string, std::less<>> trunk;
    std::vector<const Commit*> line;
    for (const Commit* at = listed.empty() ? nullptr : &listed.front(); at != nullptr;) {
        if (!trunk.insert(at->sha).second) break;
        line.push_back(at);
        const auto next = at->parents.empty() ? by_sha.end() : by_sha.find(at->parents.front());
        at = next == by_sha.end() ? nullptr : next->second;
    }

    // From the oldest merge on, each brings in what is not there yet.
    std::map<std::string, Nanos, std::less<>> landed;
    std::set<std::string, std::less<>> carriers;
    for (auto at = line.rbegin(); at != line.rend(); ++at) {
        const Commit& merge = **at;
        std::vector<std::string> open(merge.parents.begin() + (merge.parents.empty() ? 0 : 1),
                                      merge.parents.end());
        while (!open.empty()) {
            const std::string sha = std::move(open.back());
            open.pop_back();
            const auto found = by_sha.find(sha);
            if (found == by_sha.end() || trunk.contains(sha) || landed.contains(sha)) continue;
            landed.emplace(sha, std::max(merge.committed_at, found->second->committed_at));
            carriers.insert(merge.sha);
            // A merge inside the branch brought the trunk in, not the other way round.
            open.insert(open.end(), found->second->parents.begin(), found->second->parents.end());
        }
    }

    std::vector<Landed> out;
    for (const Commit& commit : listed) {
        const bool merge = commit.parents.size() > 1;
        if (merge && (carriers.contains(commit.sha) || landed.contains(commit.sha))) continue;
        const auto found = landed.find(commit.sha);
        out.push_back({&commit, found == landed.end() ? commit.committed_at : found->second});
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Landed& a, const Landed& b) { return a.time > b.time; });
    return out;
}

}  // namespace insight::github
