#include "analysis/traces/slow_case.h"

#include <algorithm>

#include "analysis/statistics.h"
#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

using base::Json;

constexpr std::size_t kMostRows = 12;  // of one evidence
constexpr std::size_t kSlowest = 20;   // samples looked through for example traces

std::string amount(Quantity quantity, double value) {
    return quantity == Quantity::FanOut ? base::format_number(value)
                                        : base::format_quantity(value, "s");
}

Json row_of(const Traces& traces, const Measure& measure, const Levels& before, const Levels& now,
            std::size_t samples) {
    const Operation& operation = traces.forest.operations()[measure.operation];
    const bool calls = measure.callee != kNone;
    return Json::array({shown(traces.entity_of(measure.operation)), quoted(operation.name),
                        calls ? shown(traces.entity_of(measure.callee)) : "",
                        calls ? quoted(traces.forest.operations()[measure.callee].name) : "",
                        title_of(measure.quantity), measure.before.size(),
                        amount(measure.quantity, before.median),
                        amount(measure.quantity, before.p90), samples,
                        amount(measure.quantity, now.median), amount(measure.quantity, now.p90)});
}

const Json& columns() {
    static const Json kColumns = {"service",     "operation",    "called service", "called",
                                  "quantity",    "spans before", "median before",  "90 % before",
                                  "spans since", "median since", "90 % since"};
    return kColumns;
}

std::vector<std::uint32_t> slowest_of(std::span<const Sample> samples) {
    std::vector<Sample> sorted(samples.begin(), samples.end());
    const auto most = static_cast<std::ptrdiff_t>(std::min(kSlowest, sorted.size()));
    std::partial_sort(sorted.begin(), sorted.begin() + most, sorted.end(),
                      [](const Sample& a, const Sample& b) { return a.value > b.value; });
    sorted.resize(static_cast<std::size_t>(most));
    std::vector<std::uint32_t> nodes;
    for (const Sample& sample : sorted) nodes.push_back(sample.node);
    return nodes;
}

}  // namespace

Levels levels_of(std::span<const Sample> samples) {
    std::vector<double> values;
    values.reserve(samples.size());
    for (const Sample& sample : samples) values.push_back(sample.value);
    return {quantile(values, 0.5), quantile(values, 0.9)};
}

std::string_view title_of(Quantity quantity) {
    switch (quantity) {
        case Quantity::SelfTime:
            return "time of its own";
        case Quantity::Gap:
            return "time between caller and callee";
        case Quantity::Answer:
            return "time until the answer";
        case Quantity::FanOut:
            return "calls per parent";
    }
    return "";
}

Case case_of(const Traces& traces, const Measure& measure, const LevelShift& shift) {
    Case out{&measure, &shift, measure.within.subspan(shift.begin, shift.end - shift.begin),
             {},       {},     0,
             0,        0};
    out.before = levels_of(measure.before);
    out.now = levels_of(out.stretch);
    for (const Sample& sample : out.stretch) out.added_seconds += sample.value - out.before.median;
    // the first of the stretch that the slow tenth of before does not explain
    const double usual = std::max(out.before.p90, out.before.median * 1.5);
    const auto first = std::find_if(out.stretch.begin(), out.stretch.end(),
                                    [&](const Sample& sample) { return sample.value > usual; });
    out.onset = traces.start_of((first == out.stretch.end() ? out.stretch.begin() : first)->node);
    out.end = traces.start_of(out.stretch.back().node);
    return out;
}

Words words_of(const Case& found) {
    const bool upper = found.shift->upper;
    const Quantity quantity = found.measure->quantity;
    return {amount(quantity, upper ? found.now.p90 : found.now.median),
            amount(quantity, upper ? found.before.p90 : found.before.median),
            upper ? " in the slowest tenth" : ""};
}

std::vector<std::uint32_t> slow_nodes(const Traces& traces, const Case& found, bool at_callee) {
    std::vector<std::uint32_t> nodes;
    for (const Sample& sample : found.stretch) {
        if (sample.value <= found.before.p90) continue;
        const Node& node = traces.forest.nodes()[sample.node];
        nodes.push_back(at_callee && node.first_child != kNone ? node.first_child : sample.node);
    }
    return nodes;
}

model::Evidence evidence_of(const Traces& traces, const Case& found, std::uint32_t entity,
                            const std::string& title) {
    Json rows = Json::array();
    rows.push_back(row_of(traces, *found.measure, found.before, found.now, found.stretch.size()));
    for (const Measure& other : traces.measures.all()) {
        if (rows.size() >= kMostRows) break;
        if (&other == found.measure || other.quantity != found.measure->quantity ||
            other.before.empty() || other.within.empty())
            continue;
        const bool near =
            traces.forest.operations()[other.operation].entity == entity ||
            (other.callee != kNone && traces.forest.operations()[other.callee].entity == entity);
        if (near)
            rows.push_back(row_of(traces, other, levels_of(other.before), levels_of(other.within),
                                  other.within.size()));
    }
    return rows_evidence(traces, title, columns(), std::move(rows), found.onset, found.end,
                         slowest_of(found.stretch));
}

}  // namespace insight::analysis::traces
