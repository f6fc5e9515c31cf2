#include "analysis/logs/clue_draft.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/text.h"

namespace insight::analysis::logs {

bool says_more(const Draft& a, const Draft& b) {
    return a.finding.surprise * (0.2 + a.finding.harm) >
           b.finding.surprise * (0.2 + b.finding.harm);
}

std::string plural(std::uint64_t count, const char* word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

base::Json facts_of(const LogSummary& summary, const EntityLogs& entity, const TemplateCount& count,
                    model::Nanos onset, double expected) {
    return {{"entity", entity.entity.name},
            {"pod", count.pod},
            {"template", base::shorten(base::clean_utf8(summary.templates[count.text].text), 400)},
            {"windowLines", count.window},
            {"windowSeconds", std::round(summary.window_seconds)},
            {"baselineLines", count.baseline},
            {"baselineSeconds", std::round(summary.baseline_seconds)},
            {"expectedLines", std::round(expected)},
            {"since", base::format_rfc3339(onset)}};
}

double strength_of(double surprise, double bad) {
    return std::clamp((0.25 + 0.5 * bad) * (1 - std::exp(-surprise / 4)) + 0.1, 0.0, 1.0);
}

}  // namespace insight::analysis::logs
