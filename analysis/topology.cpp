#include "analysis/topology.h"

#include <algorithm>

namespace insight::analysis {

std::size_t Topology::add(const std::string& name) {
    const auto [it, fresh] = index_.try_emplace(name, names_.size());
    if (fresh) {
        names_.push_back(name);
        needs_.emplace_back();
    }
    return it->second;
}

Topology::Topology(const std::vector<model::Edge>& edges) {
    for (const model::Edge& edge : edges) {
        if (edge.from.empty() || edge.to.empty() || edge.from == edge.to) continue;
        const std::size_t from = add(edge.from);
        const std::size_t to = add(edge.to);  // may move needs_
        needs_[from].push_back(to);
    }
    for (std::vector<std::size_t>& needed : needs_) {
        std::sort(needed.begin(), needed.end());
        needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
    }
}

std::map<std::string, int> Topology::needs_of(const std::string& consumer, std::size_t most) const {
    std::map<std::string, int> found;
    const auto start = index_.find(consumer);
    if (start == index_.end()) return found;
    // Breadth first: who is met first is met in the fewest steps.
    std::vector<int> steps(names_.size(), -1);
    std::vector<std::size_t> open{start->second};
    steps[start->second] = 0;
    for (std::size_t at = 0; at < open.size() && found.size() < most; ++at)
        for (const std::size_t next : needs_[open[at]]) {
            if (steps[next] >= 0) continue;
            steps[next] = steps[open[at]] + 1;
            found.emplace(names_[next], steps[next]);
            open.push_back(next);
        }
    return found;
}

bool Topology::reaches(const std::string& consumer, const std::string& provider) const {
    return needs_of(consumer).contains(provider);
}

}  // namespace insight::analysis
