#include "analysis/traces/draft.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/base/text.h"

namespace insight::analysis::traces {
namespace {

constexpr std::size_t kExamples = 5;
constexpr std::size_t kLongestName = 120;

}  // namespace

std::string quoted(const std::string& name) {
    std::string line = base::one_line(base::clean_utf8(name));
    std::replace(line.begin(), line.end(), '`', '\'');
    return "`" + base::shorten(line, kLongestName) + "`";
}

std::string shown(const model::Entity& entity) {
    return entity.name.empty() ? "an unnamed service" : entity.name;
}

std::string when(model::Nanos onset, model::Nanos end, bool current) {
    if (current) return "since " + base::format_clock(onset);
    return fmt::format("from {} to {}", base::format_clock(onset), base::format_clock(end));
}

model::Evidence rows_evidence(const Traces& traces, const std::string& title, base::Json columns,
                              base::Json rows, model::Nanos onset, model::Nanos end,
                              const std::vector<std::uint32_t>& examples) {
    base::Json ids = base::Json::array();
    for (const std::uint32_t node : examples) {
        const std::string& id = traces.forest.nodes()[node].span->trace_id;
        if (ids.size() < kExamples && std::find(ids.begin(), ids.end(), id) == ids.end())
            ids.push_back(base::shorten(id, 64));
    }
    model::Evidence evidence;
    evidence.title = base::shorten(title, 200);
    evidence.source = "spans";
    evidence.range = {traces.window.baseline_start, traces.window.end};
    evidence.content = {{"kind", "rows"},
                        {"columns", std::move(columns)},
                        {"rows", std::move(rows)},
                        {"facts",
                         {{"onset", base::format_rfc3339(onset)},
                          {"end", base::format_rfc3339(end)},
                          {"exampleTraces", std::move(ids)}}}};
    return evidence;
}

double strength_of(double surprise) {
    return 1 - std::exp(-surprise / 6);
}

std::string pod_of_most(const Traces& traces, const std::vector<std::uint32_t>& nodes) {
    std::map<std::uint32_t, std::size_t> counts;
    for (const std::uint32_t at : nodes) ++counts[traces.forest.nodes()[at].pod];
    for (const auto& [pod, count] : counts)
        if (count * 10 >= nodes.size() * 9) return traces.forest.pods()[pod];
    return {};
}

}  // namespace insight::analysis::traces
