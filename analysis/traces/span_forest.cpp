#include "analysis/traces/span_forest.h"

#include <unordered_map>

#include "analysis/entity.h"
#include "analysis/traces/span_facts.h"

namespace insight::analysis::traces {
namespace {

// Both halves of a call where they share one id; otherwise only the first.
struct Twins {
    std::uint32_t first = kNone;
    std::uint32_t server = kNone;
};

std::uint64_t key_of(std::uint64_t left, std::string_view span) {
    const std::uint64_t right = std::hash<std::string_view>{}(span);
    return left ^ (right + 0x9e3779b97f4a7c15ULL + (left << 6U) + (left >> 2U));
}

std::uint32_t intern(std::unordered_map<std::string, std::uint32_t>& known, const std::string& key,
                     std::size_t next, bool& added) {
    const auto [it, is_new] = known.try_emplace(key, static_cast<std::uint32_t>(next));
    added = is_new;
    return it->second;
}

bool is_server_half(const Node& first, const Node& second) {
    const Role declared = declared_role(*second.span);
    if (declared != Role::Internal) return declared == Role::Server;
    if (const Role other = declared_role(*first.span); other != Role::Internal)
        return other == Role::Client;
    // the call takes longer than its answer
    return second.span->end - second.span->start <= first.span->end - first.span->start;
}

}  // namespace

SpanForest::SpanForest(std::span<const model::Span> spans) {
    name_nodes(spans);
    find_parents();
    cut_cycles();
    link_children();
    find_roles();
}

bool SpanForest::remote(std::uint32_t child) const {
    const Node& node = nodes_[child];
    return node.parent != kNone && nodes_[node.parent].entity != node.entity;
}

void SpanForest::name_nodes(std::span<const model::Span> spans) {
    std::unordered_map<std::string, std::uint32_t> entities;
    std::unordered_map<std::string, std::uint32_t> operations;
    std::unordered_map<std::string, std::uint32_t> pods;
    nodes_.reserve(spans.size());
    bool added = false;
    std::string key;
    for (const model::Span& span : spans) {
        Node node;
        node.span = &span;
        node.trace = std::hash<std::string_view>{}(span.trace_id);
        const model::Entity entity = entity_of(span.attributes);
        key.assign(entity.kind).append(1, '\0').append(entity.name);
        node.entity = intern(entities, key, entities_.size(), added);
        if (added) entities_.push_back(entity);
        key.assign(std::to_string(node.entity)).append(1, '\0').append(span.name);
        node.operation = intern(operations, key, operations_.size(), added);
        if (added) operations_.push_back({node.entity, span.name});
        if (const std::string& pod = pod_of(span); !pod.empty()) {
            node.pod = intern(pods, pod, pods_.size(), added);
            if (added) pods_.push_back(pod);
        }
        nodes_.push_back(node);
    }
    std::vector<bool> handlers;
    for (const Operation& operation : operations_)
        handlers.push_back(is_failure_handler(operation.name));
    for (Node& node : nodes_) {
        // Whoever called the handler has failed (link_children), not the handler: it only answers
        // for it.
        node.handler = handlers[node.operation];
        node.failed = !node.handler && says_failed(*node.span);
    }
}

void SpanForest::find_parents() {
    std::unordered_map<std::uint64_t, Twins> by_id;
    by_id.reserve(nodes_.size());
    for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
        const model::Span& span = *nodes_[at].span;
        Twins& twins = by_id[key_of(nodes_[at].trace, span.span_id)];
        if (twins.first == kNone) {
            twins.first = at;
        } else if (twins.server != kNone || nodes_[twins.first].entity == nodes_[at].entity) {
            nodes_[at].dropped = true;
        } else if (is_server_half(nodes_[twins.first], nodes_[at])) {
            twins.server = at;
        } else {
            twins.server = twins.first;
            twins.first = at;
        }
    }
    for (std::uint32_t at = 0; at < nodes_.size(); ++at) {
        Node& node = nodes_[at];
        if (node.dropped) continue;
        const model::Span& span = *node.span;
        if (const Twins& own = by_id.at(key_of(nodes_[at].trace, span.span_id)); own.server == at) {
            node.parent = own.first;
            continue;
        }
        if (span.parent_span_id.empty()) continue;
        const auto it = by_id.find(key_of(nodes_[at].trace, span.parent_span_id));
        if (it == by_id.end()) continue;
        const Twins& twins = it->second;
        // Below a shared id, spans of the caller's entity belong to its half of the call, all
        // others to the answering half.
        std::uint32_t parent = twins.first;
        if (twins.server != kNone && nodes_[twins.first].entity != node.entity)
            parent = twins.server;
        if (parent != at) node.parent = parent;
    }
}

// A chain of parents that comes back to itself is cut where it closes.
void SpanForest::cut_cycles() {
    std::vector<std::uint32_t> seen_in(nodes_.size(), kNone);  // the walk that came by
    for (std::uint32_t start = 0; start < nodes_.size(); ++start) {
        std::uint32_t at = start;
        while (at != kNone && seen_in[at] == kNone) {
            seen_in[at] = start;
            const std::uint32_t up = nodes_[at].parent;
            if (up != kNone && seen_in[up] == start) {
                nodes_[at].parent = kNone;
                break;
            }
            at = up;
        }
    }
}

void SpanForest::link_children() {
    // Backwards, so that children stand in the order of the spans.
    for (auto at = static_cast<std::uint32_t>(nodes_.size()); at-- > 0;) {
        Node& node = nodes_[at];
        if (node.dropped || node.parent == kNone) continue;
        node.next_sibling = nodes_[node.parent].first_child;
        nodes_[node.parent].first_child = at;
    }
    order_.reserve(nodes_.size());
    for (std::uint32_t at = 0; at < nodes_.size(); ++at)
        if (!nodes_[at].dropped && nodes_[at].parent == kNone) order_.push_back(at);
    for (std::size_t next = 0; next < order_.size(); ++next)
        for (std::uint32_t child = nodes_[order_[next]].first_child; child != kNone;
             child = nodes_[child].next_sibling)
            order_.push_back(child);
    for (const std::uint32_t at : order_)
        if (nodes_[at].handler && nodes_[at].parent != kNone && !remote(at))
            nodes_[nodes_[at].parent].failed = true;
}

void SpanForest::find_roles() {
    for (const std::uint32_t at : order_) {
        Node& node = nodes_[at];
        node.role = declared_role(*node.span);
        if (node.role != Role::Internal) continue;
        if (node.parent == kNone || remote(at)) {
            node.role = Role::Server;
            continue;
        }
        // A tracer without kinds still shows a call: all that lies below it is of others, or
        // nothing is and its attributes name a peer.
        bool all_remote = node.first_child != kNone;
        for_children(node, [&](const Node& child) { all_remote &= child.entity != node.entity; });
        const bool leaf_call = node.first_child == kNone && is_external_call(*node.span);
        if (all_remote || leaf_call) node.role = Role::Client;
    }
}

}  // namespace insight::analysis::traces
