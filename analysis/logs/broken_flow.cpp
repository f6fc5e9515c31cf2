#include "analysis/logs/broken_flow.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/logs/flow_rules.h"
#include "analysis/logs/log_tests.h"

namespace insight::analysis::logs {
namespace {

using model::Nanos;

constexpr double kWorthAWord = 2;  // surprise
constexpr double kUnlikely = 0.05;
constexpr std::uint64_t kOwn = 3;  // broken requests that make a silence of one's own

// One request, as a rule sees it.
struct Trial {
    Nanos heard = 0;
    Answer answer = Answer::Whole;
};

// ln of the likelihood of so many misses at their own share.
double likelihood(double misses, double trials) {
    const auto part = [trials](double count) {
        return count <= 0 ? 0 : count * std::log(count / trials);
    };
    return part(misses) + part(trials - misses);
}

class Flows {
  public:
    Flows(const LogSummary& summary, const std::vector<bool>& routine)
        : summary_(summary), rules_(summary, routine), flows_(rules_.all().size()) {}
    BrokenFlows find();

  private:
    void compare();
    static double judge(BrokenFlow& flow, std::vector<Trial>& trials);
    void find_what_is_over();
    void find_who_is_silent();
    [[nodiscard]] std::optional<std::size_t> own_silence_of(std::uint32_t entity) const;

    const LogSummary& summary_;
    const FlowRules rules_;
    std::vector<BrokenFlow> flows_;  // of each rule
    std::size_t compared_ = 0;
    // Of each entity that misses a line: how often who should have spoken next.
    std::map<std::uint32_t, std::map<std::uint32_t, std::uint64_t>> silence_;
    std::map<std::size_t, std::uint64_t> next_;  // how often a rule was the one to say so
};

// The trouble may begin anywhere in the window: what was whole until then vouches for the rule as
// the baseline does. The split that explains the misses best, or none; trying all of them costs
// their number (Bonferroni).
double Flows::judge(BrokenFlow& flow, std::vector<Trial>& trials) {
    std::stable_sort(trials.begin(), trials.end(),
                     [](const Trial& a, const Trial& b) { return a.heard < b.heard; });
    const auto broken = [](const Trial& trial) { return trial.answer != Answer::Whole; };
    const auto all_misses =
        static_cast<std::uint64_t>(std::count_if(trials.begin(), trials.end(), broken));
    const std::uint64_t total = flow.old_requests + trials.size();
    const std::uint64_t misses = flow.old_misses + all_misses;
    const auto fit = [&](std::uint64_t old_misses, std::uint64_t old_trials) {
        return likelihood(static_cast<double>(old_misses), static_cast<double>(old_trials)) +
               likelihood(static_cast<double>(misses - old_misses),
                          static_cast<double>(total - old_trials));
    };
    std::size_t start = 0;
    double best = fit(flow.old_misses, flow.old_requests);
    std::uint64_t before = flow.old_misses;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        if (i > 0 && broken(trials[i]) && !broken(trials[i - 1]))
            if (const double here = fit(before, flow.old_requests + i); here > best) {
                best = here;
                start = i;
            }
        before += broken(trials[i]) ? 1 : 0;
    }
    const double whole =
        surprise_of_misses(flow.old_misses, flow.old_requests, all_misses, trials.size());
    const auto begin = trials.begin() + static_cast<std::ptrdiff_t>(start);
    const auto old = static_cast<std::uint64_t>(std::count_if(trials.begin(), begin, broken));
    const double late = start == 0
                            ? 0
                            : surprise_of_misses(flow.old_misses + old, flow.old_requests + start,
                                                 all_misses - old, trials.size() - start) -
                                  std::log10(static_cast<double>(trials.size()));
    if (late > whole) {
        flow.old_requests += start;
        flow.old_misses += old;
        trials.erase(trials.begin(), begin);
    }
    flow.requests = trials.size();
    for (const Trial& trial : trials) {
        if (!broken(trial)) continue;
        if (flow.misses++ == 0) flow.first = trial.heard;
        flow.last = trial.heard;
        if (trial.answer == Answer::Fewer) ++flow.fewer;
    }
    return std::max(whole, late);
}

void Flows::compare() {
    std::vector<std::vector<Trial>> trials(flows_.size());
    for (const Request& request : summary_.requests[1])
        rules_.check(request, [&](std::size_t rule, Nanos heard, Answer answer) {
            trials[rule].push_back({heard, answer});
        });
    // Pairs with the same missing line repeat each other: lines that may be missing are counted.
    std::set<std::pair<std::uint32_t, std::uint32_t>> looked_at;
    for (std::size_t i = 0; i < flows_.size(); ++i) {
        const FlowRule& rule = rules_.all()[i];
        BrokenFlow& flow = flows_[i];
        flow.before = rule.before;
        flow.missing = rule.missing;
        flow.old_requests = rule.requests;
        flow.old_misses = rule.misses;
        if (trials[i].empty()) continue;
        looked_at.emplace(rule.missing.entity, rule.missing.text);
        flow.surprise = judge(flow, trials[i]);
    }
    compared_ = looked_at.size();
    for (BrokenFlow& flow : flows_) flow.surprise = corrected(flow.surprise, compared_);
}

void Flows::find_what_is_over() {
    std::vector<std::uint64_t> meanwhile(flows_.size()), after(flows_.size());
    for (const Request& request : summary_.requests[1])
        rules_.check(request, [&](std::size_t rule, Nanos heard, Answer answer) {
            const BrokenFlow& flow = flows_[rule];
            if (answer != Answer::Whole || flow.surprise < kWorthAWord) return;
            if (heard > flow.last) ++after[rule];
            if (heard > flow.first && heard < flow.last) ++meanwhile[rule];
        });
    for (std::size_t i = 0; i < flows_.size(); ++i) {
        BrokenFlow& flow = flows_[i];
        if (flow.misses == 0) continue;
        // The share of whole requests meanwhile, by Laplace's rule of succession.
        const double whole = (static_cast<double>(meanwhile[i]) + 1) /
                             static_cast<double>(meanwhile[i] + flow.misses + 2);
        flow.over = std::pow(whole, static_cast<double>(after[i])) < kUnlikely;
    }
}

// In every broken request: the last line heard that something should have followed, and who usually
// speaks soonest after it.
void Flows::find_who_is_silent() {
    for (const Request& request : summary_.requests[1]) {
        std::optional<std::size_t> last;
        Nanos when = 0;
        std::set<std::uint32_t> missing;
        rules_.check(request, [&](std::size_t rule, Nanos heard, Answer answer) {
            if (answer == Answer::Whole || flows_[rule].surprise < kWorthAWord) return;
            missing.insert(flows_[rule].missing.entity);
            if (!last || heard > when ||
                (heard == when && rules_.all()[rule].gap < rules_.all()[*last].gap)) {
                last = rule;
                when = heard;
            }
        });
        if (!last) continue;
        ++next_[*last];
        for (const std::uint32_t entity : missing) ++silence_[entity][flows_[*last].missing.entity];
    }
}

// The rule that most often said that the entity itself should have spoken next.
std::optional<std::size_t> Flows::own_silence_of(std::uint32_t entity) const {
    std::optional<std::size_t> best;
    for (const auto& [rule, count] : next_)
        if (flows_[rule].missing.entity == entity && count >= kOwn &&
            (!best || count > next_.at(*best)))
            best = rule;
    return best;
}

BrokenFlows Flows::find() {
    compare();
    find_what_is_over();
    find_who_is_silent();
    BrokenFlows out;
    out.compared = compared_;
    std::map<std::uint32_t, std::size_t> best;
    // A rule that named the first silence of a request says more than one that only follows from
    // it.
    const auto weight = [&](std::size_t i) {
        return std::pair(next_.contains(i), flows_[i].surprise);
    };
    for (std::size_t i = 0; i < flows_.size(); ++i) {
        if (flows_[i].surprise < kWorthAWord) continue;
        const auto [it, fresh] = best.try_emplace(flows_[i].missing.entity, i);
        if (!fresh && weight(i) > weight(it->second)) it->second = i;
    }
    for (const auto& [entity, index] : best) {
        BrokenFlow flow = flows_[index];
        std::uint64_t most = 0;
        for (const auto& [other, count] : silence_[entity]) {
            flow.broken += count;
            if (other == entity) {
                flow.own_silence = count;
            } else if (count > most) {
                most = count;
                flow.silent_instead = other;
            }
        }
        out.flows.push_back(flow);
        if (!flow.silent_instead || flow.own_silence * 2 >= flow.broken) continue;
        if (const auto own = own_silence_of(entity)) {
            out.flows.push_back(flows_[*own]);
            out.flows.back().own_silence = out.flows.back().broken = next_.at(*own);
        }
    }
    return out;
}

}  // namespace

BrokenFlows find_broken_flows(const LogSummary& summary, const std::vector<bool>& routine) {
    return Flows(summary, routine).find();
}

}  // namespace insight::analysis::logs
