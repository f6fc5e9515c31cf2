#include "analysis/logs/broken_flow.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "analysis/logs/log_tests.h"

namespace insight::analysis::logs {
namespace {

using model::Nanos;

constexpr std::size_t kNext = 6;  // lines after a line that may be its followers
constexpr std::uint64_t kLeastRequests = 5;
constexpr std::uint64_t kLeastOfBeginning = 3;
constexpr double kRegular = 0.9;   // share of requests in which the second line followed
constexpr double kWorthAWord = 2;  // surprise
constexpr double kUnlikely = 0.05;
constexpr Nanos kLeastPatience = 1'000'000'000;

using Node = std::uint32_t;  // a template of an entity
using Key = std::uint64_t;   // two nodes

constexpr Key key_of(Node a, Node b) {
    return (Key{a} << 32U) | b;
}

struct Followed {
    std::uint64_t times = 0;
    Nanos longest = 0;  // it took
    Nanos total = 0;
};

struct Rule {
    BrokenFlow flow;
    Node before = 0;
    Node missing = 0;
    double gap = 0;  // mean time between the two lines
};

class Flows {
  public:
    Flows(const LogSummary& summary, const std::vector<bool>& routine)
        : summary_(summary), routine_(routine) {}
    BrokenFlows find();

  private:
    Node node_of(const Step& step);
    void learn();
    void make_rules();
    void compare();
    void find_what_is_over();
    // Rules among `rules` that this request breaks, with the time of the line that was heard.
    void for_each_rule(const Request& request, bool judged_only,
                       const std::function<void(Rule&, Nanos heard, bool hit)>& visit);
    [[nodiscard]] bool seen_until(Nanos time) const;

    const LogSummary& summary_;
    const std::vector<bool>& routine_;
    std::map<std::pair<std::uint32_t, std::uint32_t>, Node> nodes_;
    std::vector<Step> steps_;  // by node
    // Requests with a node, and with a pair of nodes, by their first line.
    std::unordered_map<Node, std::map<Node, std::uint64_t>> with_;
    std::unordered_map<Key, std::map<Node, Followed>> pairs_;
    std::vector<Rule> rules_;
    std::unordered_map<Node, std::vector<std::size_t>> rules_after_;
};

Node Flows::node_of(const Step& step) {
    const auto [it, fresh] =
        nodes_.try_emplace({step.entity, step.text}, static_cast<Node>(steps_.size()));
    if (fresh) steps_.push_back(step);
    return it->second;
}

bool Flows::seen_until(Nanos time) const {
    return std::any_of(summary_.intervals.begin(), summary_.intervals.end(),
                       [&](const model::Interval& interval) {
                           return time >= interval.start && time <= interval.end;
                       });
}

void Flows::learn() {
    for (const Request& request : summary_.requests[0]) {
        if (request.steps.empty()) continue;
        const Node beginning = node_of(request.steps.front());
        for (std::size_t i = 0; i < request.steps.size(); ++i) {
            const Step& a = request.steps[i];
            const Node from = node_of(a);
            ++with_[from][beginning];
            // Followers anywhere, and followers at the same entity: other calls lie between.
            std::size_t near = 0, own = 0;
            for (std::size_t j = i + 1; j < request.steps.size() && own < kNext; ++j) {
                const Step& b = request.steps[j];
                if (b.entity == a.entity)
                    ++own;
                else if (++near > kNext)
                    continue;
                Followed& pair = pairs_[key_of(from, node_of(b))][beginning];
                ++pair.times;
                pair.longest = std::max(pair.longest, b.time - a.time);
                pair.total += b.time - a.time;
            }
        }
    }
}

void Flows::make_rules() {
    for (auto& [key, by_beginning] : pairs_) {
        Rule rule;
        rule.before = static_cast<Node>(key >> 32U);
        rule.missing = static_cast<Node>(key & 0xffffffffU);
        if (!routine_[steps_[rule.missing].text]) continue;
        Nanos total = 0;
        std::uint64_t hits = 0;
        for (auto it = by_beginning.begin(); it != by_beginning.end();) {
            const std::uint64_t count = with_[rule.before][it->first];
            const Followed& pair = it->second;
            if (count < kLeastOfBeginning ||
                static_cast<double>(pair.times) < kRegular * static_cast<double>(count)) {
                it = by_beginning.erase(it);
                continue;
            }
            rule.flow.old_requests += count;
            rule.flow.old_misses += count - std::min(count, pair.times);
            hits += pair.times;
            total += pair.total;
            ++it;
        }
        if (rule.flow.old_requests < kLeastRequests) continue;
        rule.gap = static_cast<double>(total) / static_cast<double>(hits);
        rule.flow.before = steps_[rule.before];
        rule.flow.missing = steps_[rule.missing];
        rules_.push_back(rule);
    }
    // Hash tables have no order of their own.
    std::sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
        return std::tie(a.before, a.missing) < std::tie(b.before, b.missing);
    });
    for (std::size_t i = 0; i < rules_.size(); ++i) rules_after_[rules_[i].before].push_back(i);
}

void Flows::for_each_rule(const Request& request, bool judged_only,
                          const std::function<void(Rule&, Nanos, bool)>& visit) {
    if (request.steps.empty()) return;
    const Node beginning = node_of(request.steps.front());
    std::set<Node> present;
    for (const Step& step : request.steps) present.insert(node_of(step));
    for (const Step& step : request.steps) {
        const auto rules = rules_after_.find(node_of(step));
        if (rules == rules_after_.end()) continue;
        for (const std::size_t index : rules->second) {
            Rule& rule = rules_[index];
            if (judged_only && rule.flow.surprise < kWorthAWord) continue;
            const auto& known = pairs_[key_of(rule.before, rule.missing)];
            const auto pair = known.find(beginning);
            if (pair == known.end()) continue;
            const bool hit = present.contains(rule.missing);
            // Where the source stops answering, a request only seems to stop.
            if (!hit && !seen_until(step.time + 2 * pair->second.longest + kLeastPatience))
                continue;
            visit(rule, step.time, hit);
        }
    }
}

void Flows::compare() {
    for (const Request& request : summary_.requests[1]) {
        for_each_rule(request, false, [](Rule& rule, Nanos heard, bool hit) {
            BrokenFlow& flow = rule.flow;
            ++flow.requests;
            if (hit) return;
            ++flow.misses;
            if (flow.first == 0 || heard < flow.first) flow.first = heard;
            flow.last = std::max(flow.last, heard);
        });
    }
}

void Flows::find_what_is_over() {
    std::vector<std::uint64_t> meanwhile(rules_.size()), after(rules_.size());
    for (const Request& request : summary_.requests[1])
        for_each_rule(request, true, [&](const Rule& rule, Nanos heard, bool hit) {
            const auto index = static_cast<std::size_t>(&rule - rules_.data());
            if (hit && heard > rule.flow.last) ++after[index];
            if (hit && heard > rule.flow.first && heard < rule.flow.last) ++meanwhile[index];
        });
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        BrokenFlow& flow = rules_[i].flow;
        if (flow.misses == 0) continue;
        // The share of whole requests meanwhile, by Laplace's rule of succession.
        const double whole = (static_cast<double>(meanwhile[i]) + 1) /
                             static_cast<double>(meanwhile[i] + flow.misses + 2);
        flow.over = std::pow(whole, static_cast<double>(after[i])) < kUnlikely;
    }
}

BrokenFlows Flows::find() {
    BrokenFlows out;
    learn();
    make_rules();
    compare();
    // Pairs with the same missing line repeat each other: lines that may be missing are counted.
    std::set<Node> looked_at;
    for (const Rule& rule : rules_)
        if (rule.flow.requests > 0) looked_at.insert(rule.missing);
    out.compared = looked_at.size();
    for (Rule& rule : rules_)
        rule.flow.surprise =
            corrected(surprise_of_misses(rule.flow.old_misses, rule.flow.old_requests,
                                         rule.flow.misses, rule.flow.requests),
                      out.compared);
    find_what_is_over();
    // In every broken request: the last line heard that something should have followed, and who
    // usually speaks soonest after it.
    std::map<std::uint32_t, std::map<std::uint32_t, std::uint64_t>> silence;
    std::map<std::size_t, std::uint64_t> next;  // how often a rule was the one
    for (const Request& request : summary_.requests[1]) {
        const Rule* last = nullptr;
        Nanos when = 0;
        std::set<std::uint32_t> missing;
        for_each_rule(request, true, [&](Rule& rule, Nanos heard, bool hit) {
            if (hit) return;
            missing.insert(rule.flow.missing.entity);
            if (last == nullptr || heard > when || (heard == when && rule.gap < last->gap)) {
                last = &rule;
                when = heard;
            }
        });
        if (last == nullptr) continue;
        ++next[static_cast<std::size_t>(last - rules_.data())];
        for (const std::uint32_t entity : missing) ++silence[entity][last->flow.missing.entity];
    }
    std::map<std::uint32_t, std::size_t> best;
    const auto weight = [&](std::size_t i) {
        return std::pair(next.contains(i), rules_[i].flow.surprise);
    };
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        if (rules_[i].flow.surprise < kWorthAWord) continue;
        const auto [it, fresh] = best.try_emplace(rules_[i].flow.missing.entity, i);
        if (!fresh && weight(i) > weight(it->second)) it->second = i;
    }
    for (const auto& [entity, index] : best) {
        BrokenFlow flow = rules_[index].flow;
        std::uint64_t most = 0;
        for (const auto& [other, count] : silence[entity]) {
            flow.broken += count;
            if (other == entity) {
                flow.own_silence = count;
            } else if (count > most) {
                most = count;
                flow.silent_instead = other;
            }
        }
        out.flows.push_back(flow);
    }
    return out;
}

}  // namespace

BrokenFlows find_broken_flows(const LogSummary& summary, const std::vector<bool>& routine) {
    return Flows(summary, routine).find();
}

}  // namespace insight::analysis::logs
