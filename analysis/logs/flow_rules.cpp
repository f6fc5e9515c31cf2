#include "analysis/logs/flow_rules.h"

#include <algorithm>
#include <tuple>

namespace insight::analysis::logs {
namespace {

using model::Nanos;

constexpr std::size_t kNext = 6;  // lines after a line that may be its followers
constexpr std::uint64_t kLeastRequests = 5;
constexpr std::uint64_t kLeastOfBeginning = 3;
constexpr double kRegular = 0.9;  // share of requests in which the second line followed
constexpr Nanos kLeastPatience = base::kSecond;

double lines_for_each(const Step& before, const Step& after) {
    return static_cast<double>(after.lines) / static_cast<double>(before.lines);
}

}  // namespace

FlowRules::FlowRules(const LogSummary& summary, const std::vector<bool>& routine)
    : summary_(summary) {
    learn_pairs();
    learn_counts();
    make_rules(routine);
}

FlowRules::Node FlowRules::learned(const Step& step) {
    const auto [it, fresh] =
        nodes_.try_emplace({step.entity, step.text}, static_cast<Node>(steps_.size()));
    if (fresh) steps_.push_back(step);
    return it->second;
}

FlowRules::Node FlowRules::node_of(const Step& step) const {
    const auto it = nodes_.find({step.entity, step.text});
    return it == nodes_.end() ? kUnknown : it->second;
}

void FlowRules::vote(Followed& pair, double ratio) {
    if (pair.votes == 0) pair.ratio = ratio;
    if (ratio == pair.ratio)
        ++pair.votes;
    else
        --pair.votes;
}

// A loop with fewer turns has fewer of both lines, and one with more turns need not have more of
// what is written once; a request that writes the first line only once says nothing of a loop.
bool FlowRules::too_few(const Followed& pair, const Step& before, std::uint32_t lines) {
    return pair.counted && before.lines >= 2 && lines < pair.fewest &&
           static_cast<double>(lines) < pair.ratio * static_cast<double>(before.lines);
}

void FlowRules::for_each_pair(const VisitPair& visit) {
    for (const Request& request : summary_.requests[0]) {
        if (request.steps.empty()) continue;
        const Node beginning = learned(request.steps.front());
        for (std::size_t i = 0; i < request.steps.size(); ++i) {
            const Step& a = request.steps[i];
            const Node from = learned(a);
            // Followers anywhere, and followers at the same entity: other calls lie between.
            std::size_t near = 0, own = 0;
            for (std::size_t j = i + 1; j < request.steps.size() && own < kNext; ++j) {
                const Step& b = request.steps[j];
                if (b.entity == a.entity)
                    ++own;
                else if (++near > kNext)
                    continue;
                visit(from, beginning, a, b);
            }
        }
    }
}

void FlowRules::learn_pairs() {
    for (const Request& request : summary_.requests[0]) {
        if (request.steps.empty()) continue;
        const Node beginning = learned(request.steps.front());
        for (const Step& step : request.steps) ++with_[learned(step)][beginning];
    }
    for_each_pair([&](Node from, Node beginning, const Step& a, const Step& b) {
        Followed& pair = pairs_[key_of(from, learned(b))][beginning];
        ++pair.times;
        pair.longest = std::max(pair.longest, b.time - a.time);
        pair.total += b.time - a.time;
        vote(pair, lines_for_each(a, b));
    });
}

void FlowRules::learn_counts() {
    for_each_pair([&](Node from, Node beginning, const Step& a, const Step& b) {
        Followed& pair = pairs_[key_of(from, learned(b))][beginning];
        if (lines_for_each(a, b) < pair.ratio) return;
        ++pair.as_many;
        pair.fewest = std::min(pair.fewest, b.lines);
    });
    for (auto& [key, by_beginning] : pairs_)
        for (auto& [beginning, pair] : by_beginning)
            pair.counted =
                static_cast<double>(pair.as_many) >=
                kRegular * static_cast<double>(with_[static_cast<Node>(key >> 32U)][beginning]);
}

void FlowRules::make_rules(const std::vector<bool>& routine) {
    struct Made {
        Node before, missing;
        FlowRule rule;
    };
    std::vector<Made> made;
    for (auto& [key, by_beginning] : pairs_) {
        const auto before = static_cast<Node>(key >> 32U);
        const auto missing = static_cast<Node>(key & 0xffffffffU);
        if (!routine[steps_[missing].text]) continue;
        FlowRule rule{steps_[before], steps_[missing], 0, 0, 0};
        Nanos total = 0;
        std::uint64_t hits = 0;
        for (auto it = by_beginning.begin(); it != by_beginning.end();) {
            const std::uint64_t count = with_[before][it->first];
            const Followed& pair = it->second;
            if (count < kLeastOfBeginning ||
                static_cast<double>(pair.times) < kRegular * static_cast<double>(count)) {
                it = by_beginning.erase(it);
                continue;
            }
            rule.requests += count;
            rule.misses += count - std::min(count, pair.counted ? pair.as_many : pair.times);
            hits += pair.times;
            total += pair.total;
            ++it;
        }
        if (rule.requests < kLeastRequests) continue;
        rule.gap = static_cast<double>(total) / static_cast<double>(hits);
        made.push_back({before, missing, rule});
    }
    // Hash tables have no order of their own.
    std::sort(made.begin(), made.end(), [](const Made& a, const Made& b) {
        return std::tie(a.before, a.missing) < std::tie(b.before, b.missing);
    });
    for (const Made& one : made) {
        rules_after_[one.before].push_back(rules_.size());
        rules_.push_back(one.rule);
        ends_.emplace_back(one.before, one.missing);
    }
}

bool FlowRules::seen_until(Nanos time) const {
    return std::any_of(summary_.intervals.begin(), summary_.intervals.end(),
                       [&](const model::Interval& interval) {
                           return time >= interval.start && time <= interval.end;
                       });
}

void FlowRules::check(const Request& request, const Visit& visit) const {
    if (request.steps.empty()) return;
    const Node beginning = node_of(request.steps.front());
    std::map<Node, std::uint32_t> present;  // with their lines
    for (const Step& step : request.steps) present.emplace(node_of(step), step.lines);
    for (const Step& step : request.steps) {
        const auto rules = rules_after_.find(node_of(step));
        if (rules == rules_after_.end()) continue;
        for (const std::size_t index : rules->second) {
            const auto [before, missing] = ends_[index];
            const auto& known = pairs_.at(key_of(before, missing));
            const auto pair = known.find(beginning);
            if (pair == known.end()) continue;
            const auto found = present.find(missing);
            const Answer answer = found == present.end()                       ? Answer::Absent
                                  : too_few(pair->second, step, found->second) ? Answer::Fewer
                                                                               : Answer::Whole;
            // Where the source stops answering, a request only seems to stop.
            if (answer != Answer::Whole &&
                !seen_until(step.time + 2 * pair->second.longest + kLeastPatience))
                continue;
            visit(index, step.time, answer);
        }
    }
}

}  // namespace insight::analysis::logs
