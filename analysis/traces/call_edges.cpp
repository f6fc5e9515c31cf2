#include "analysis/traces/call_edges.h"

#include <set>

#include "analysis/traces/span_facts.h"
#include "analysis/traces/span_forest.h"

namespace insight::analysis::traces {

std::vector<model::Edge> edges_of(const std::vector<model::Span>& spans, std::size_t most) {
    const SpanForest forest(spans);
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::set<std::pair<std::string, std::string>> pairs;
    for (const std::uint32_t at : forest.order()) {
        const Node& node = forest.nodes()[at];
        const std::string& own = forest.entities()[node.entity].name;
        if (own.empty()) continue;
        if (forest.remote(at)) {
            const Node& caller = forest.nodes()[node.parent];
            const std::string& other = forest.entities()[caller.entity].name;
            if (seen.emplace(caller.entity, node.entity).second && !other.empty())
                pairs.emplace(other, own);
        }
        if (node.first_child != kNone || node.role != Role::Client) continue;
        if (const auto peer = peer_of(*node.span); peer && peer->name != own)
            pairs.emplace(own, peer->name);
    }
    std::vector<model::Edge> edges;
    for (const auto& [from, to] : pairs) {
        if (edges.size() >= most) break;
        edges.push_back({from, to, "calls"});
    }
    return edges;
}

}  // namespace insight::analysis::traces
