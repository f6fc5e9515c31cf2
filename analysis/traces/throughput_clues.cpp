// trace_throughput: entry points that are called less or more often than before, per second that
// the spans cover. Calls inside the system follow from those, so only the roots are compared.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/statistics.h"
#include "analysis/traces/draft.h"
#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

constexpr double kBurst = 4;             // requests come in bursts of about that many
constexpr std::size_t kEnoughRoots = 5;  // to tell the common move from the single one

struct Rate {
    double before = 0, within = 0;
    std::uint32_t first = kNone;
    double log_ratio = 0;
};

}  // namespace

std::size_t find_throughput(const Traces& traces, std::vector<Draft>& into) {
    if (traces.covered_before <= 0 || traces.covered_within <= 0) return 0;
    const SpanForest& forest = traces.forest;
    std::map<std::uint32_t, Rate> rates;
    for (const std::uint32_t at : forest.order()) {
        const Node& node = forest.nodes()[at];
        // a parent that was lost makes no root
        if (node.parent != kNone || !node.span->parent_span_id.empty()) continue;
        const model::Nanos start = node.span->start;
        if (start < traces.window.baseline_start || start > traces.window.end) continue;
        Rate& rate = rates[node.operation];
        if (start < traces.window.start) {
            rate.before += 1;
        } else {
            rate.within += 1;
            if (rate.first == kNone || start < traces.start_of(rate.first)) rate.first = at;
        }
    }
    std::vector<double> moves;
    for (auto& [operation, rate] : rates) {
        rate.log_ratio = std::log((rate.within + 0.5) / traces.covered_within) -
                         std::log((rate.before + 0.5) / traces.covered_before);
        if (rate.before >= kBurst) moves.push_back(rate.log_ratio);
    }
    // where all entry points moved together, the load did: only what left the others is news
    const double common = moves.size() >= kEnoughRoots ? median(moves) : 0;
    const double spread = moves.size() >= kEnoughRoots ? robust_scale(moves, common) : 0;
    for (const auto& [operation, rate] : rates) {
        if (rate.before < kBurst) continue;
        const double move = rate.log_ratio - common;
        // A count that comes in bursts varies by so many times more than a Poisson count.
        const double error = std::sqrt(kUsualMove * kUsualMove + spread * spread +
                                       kBurst / (rate.before + 0.5) + kBurst / (rate.within + 0.5));
        const double p = 0.5 * std::exp(-std::sqrt(2.0) * std::abs(move) / error) *
                         static_cast<double>(rates.size());
        const double surprise = std::clamp(-std::log10(std::max(p, 1e-30)), 0.0, 30.0);
        if (surprise < kWorthAWord) continue;
        const std::string name = quoted(forest.operations()[operation].name);
        const double usual = rate.before / traces.covered_before;
        const double now = rate.within / traces.covered_within;
        Draft draft;
        Finding& finding = draft.finding;
        finding.clue.kind = "trace_throughput";
        finding.clue.entity = traces.entity_of(operation);
        finding.clue.strength = strength_of(surprise);
        finding.aspect = Aspect::Throughput;
        finding.surprise = surprise;
        finding.magnitude = std::abs(rate.log_ratio);
        finding.harm = move < 0 ? 0.4 : 0;
        finding.clue.statement = fmt::format("{} in {} is called {} times a second (before: {}).",
                                             name, shown(finding.clue.entity),
                                             base::format_number(now), base::format_number(usual));
        finding.brief = finding.clue.statement;
        draft.evidence = rows_evidence(
            traces, fmt::format("{} {}: calls a second", shown(finding.clue.entity), name),
            {"service", "operation", "calls before", "seconds before", "a second before",
             "calls since", "seconds since", "a second since"},
            base::Json::array({{shown(finding.clue.entity), name, rate.before,
                                traces.covered_before, base::format_number(usual), rate.within,
                                traces.covered_within, base::format_number(now)}}),
            traces.window.start, traces.window.end,
            rate.first == kNone ? std::vector<std::uint32_t>{}
                                : std::vector<std::uint32_t>{rate.first});
        into.push_back(std::move(draft));
    }
    return rates.size();
}

}  // namespace insight::analysis::traces
