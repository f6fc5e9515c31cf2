// What follows what in the requests of a baseline: rules "after this line of this entity comes that
// one of that entity", learned for every kind of request (by its first line) apart, and the check
// of a request against them. The idea of invariants between log events: Lou and others, "Mining
// Invariants from Console Logs", USENIX ATC 2010.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <unordered_map>
#include <vector>

#include "analysis/logs/log_digest.h"

namespace insight::analysis::logs {

// How the second line of a rule did in a request.
enum class Answer {
    Whole,
    Fewer,  // there, but not as often as the first line makes expect
    Absent
};

struct FlowRule {
    Step before;                 // the line after which …  (time unused)
    Step missing;                // … this one follows
    double gap = 0;              // nanoseconds between the two, mean
    std::uint64_t requests = 0;  // of the baseline
    std::uint64_t misses = 0;
};

class FlowRules {
  public:
    // `routine[t]`: template t is no error; only the absence of such lines is trouble.
    FlowRules(const LogSummary& summary, const std::vector<bool>& routine);

    [[nodiscard]] const std::vector<FlowRule>& all() const { return rules_; }

    // The rules that say something of this request, in the order of its lines, each with its index
    // in all() and the time of the line that was heard.
    using Visit = std::function<void(std::size_t rule, model::Nanos heard, Answer answer)>;
    void check(const Request& request, const Visit& visit) const;

  private:
    using Node = std::uint32_t;  // a template of an entity
    using Key = std::uint64_t;   // two nodes
    static constexpr Node kUnknown = std::numeric_limits<Node>::max();

    // What one line says of another that comes later, over the requests of one beginning.
    struct Followed {
        std::uint64_t times = 0;
        model::Nanos longest = 0;  // it took
        model::Nanos total = 0;
        // Lines of the second for every line of the first in most of the requests: the winner of a
        // majority vote in one pass (Boyer and Moore, 1981); its share is counted in another one.
        double ratio = 0;
        std::uint64_t votes = 0;
        std::uint64_t as_many = 0;  // requests with that many or more
        std::uint32_t fewest = std::numeric_limits<std::uint32_t>::max();  // lines in one of those
        bool counted = false;  // as_many is regular: fewer lines are a miss, too
    };

    static Key key_of(Node a, Node b) { return (Key{a} << 32U) | b; }
    static void vote(Followed& pair, double ratio);
    static bool too_few(const Followed& pair, const Step& before, std::uint32_t lines);

    using VisitPair =
        std::function<void(Node from, Node beginning, const Step& before, const Step& after)>;
    void for_each_pair(const VisitPair& visit);
    void learn_pairs();
    void learn_counts();
    void make_rules(const std::vector<bool>& routine);
    Node learned(const Step& step);
    [[nodiscard]] Node node_of(const Step& step) const;
    [[nodiscard]] bool seen_until(model::Nanos time) const;

    const LogSummary& summary_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Node> nodes_;
    std::vector<Step> steps_;  // by node
    // Requests with a node, and with a pair of nodes, by their first line.
    std::unordered_map<Node, std::map<Node, std::uint64_t>> with_;
    std::unordered_map<Key, std::map<Node, Followed>> pairs_;
    std::vector<FlowRule> rules_;
    std::vector<std::pair<Node, Node>> ends_;  // of each rule
    std::unordered_map<Node, std::vector<std::size_t>> rules_after_;
};

}  // namespace insight::analysis::logs
