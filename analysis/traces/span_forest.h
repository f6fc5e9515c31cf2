// Spans put together as trees, whatever the tracers left out or got wrong.
// Robust against missing parents, repeated spans, cycles, ids shared by both sides of a call (as
// Zipkin does), clocks that disagree between hosts, and spans that end before they start.
// Time and memory grow linearly with the spans. Threads: safe after construction.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/report.h"

namespace insight::analysis::traces {

// What a span is in its entity: it answers a call from outside, makes one, or is inner work.
// Taken from the span's kind; where that says nothing, from which entities are around it.
enum class Role { Server, Client, Internal };

constexpr std::uint32_t kNone = 0xffffffff;

// Numbers are places in the forest's lists: nodes(), operations(), entities(), pods().
struct Node {
    const model::Span* span = nullptr;
    std::uint64_t trace = 0;  // stands for the trace id
    std::uint32_t parent = kNone;
    std::uint32_t first_child = kNone;
    std::uint32_t next_sibling = kNone;
    std::uint32_t operation = 0;
    std::uint32_t entity = 0;
    std::uint32_t pod = 0;
    Role role = Role::Internal;
    bool dropped = false;  // a repetition of another span
    bool handler = false;  // runs only when something failed ("…/error")
    bool failed = false;   // says so itself, or ran such a handler
};

// A span name at an entity.
struct Operation {
    std::uint32_t entity = 0;
    std::string name;
};

class SpanForest {
  public:
    // The spans must outlive the forest.
    explicit SpanForest(std::span<const model::Span> spans);

    [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
    [[nodiscard]] const std::vector<model::Entity>& entities() const { return entities_; }
    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
    [[nodiscard]] const std::vector<std::string>& pods() const { return pods_; }  // 0: none
    // Indices of the kept nodes, every parent before its children.
    [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
    [[nodiscard]] bool remote(std::uint32_t child) const;  // its parent is another entity

    template <class Visit>
    void for_children(const Node& node, Visit visit) const {
        for (std::uint32_t at = node.first_child; at != kNone; at = nodes_[at].next_sibling)
            visit(nodes_[at]);
    }

  private:
    void name_nodes(std::span<const model::Span> spans);
    void find_parents();
    void cut_cycles();
    void link_children();
    void find_roles();

    std::vector<Node> nodes_;
    std::vector<model::Entity> entities_;
    std::vector<Operation> operations_;
    std::vector<std::string> pods_{""};
    std::vector<std::uint32_t> order_;
};

}  // namespace insight::analysis::traces
