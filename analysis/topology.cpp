#include "analysis/topology.h"

#include <vector>

namespace insight::analysis {

Topology::Topology(const std::vector<model::Edge>& edges) {
    for (const model::Edge& edge : edges) needs_[edge.from].insert(edge.to);
}

bool Topology::reaches(const std::string& consumer, const std::string& provider) const {
    std::set<std::string> seen{consumer};
    std::vector<std::string> open{consumer};
    while (!open.empty()) {
        const auto it = needs_.find(open.back());
        open.pop_back();
        if (it == needs_.end()) continue;
        for (const std::string& next : it->second) {
            if (next == provider) return true;
            if (seen.insert(next).second) open.push_back(next);
        }
    }
    return false;
}

}  // namespace insight::analysis
