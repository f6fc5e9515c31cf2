#include "analysis/kinds_looked_at.h"

#include <algorithm>
#include <array>

namespace insight::analysis {
namespace {

struct Kind {
    std::string_view examined;  // as detectors call it
    std::string_view source;    // as the coverage of a snapshot does
};

constexpr std::array<Kind, 3> kKinds{
    {{"metrics", "metrics"}, {"logs", "logs"}, {"traces", "spans"}}};

bool is_of(const model::CoverageRow& row, const Kind& kind) {
    const std::string_view last = std::string_view(row.source).substr(row.source.rfind('/') + 1);
    return last == kind.source || last == kind.examined;
}

bool gave_answer(const model::CoverageRow& row) {
    return row.outcome == model::Outcome::Answered || row.outcome == model::Outcome::Empty ||
           row.outcome == model::Outcome::Truncated;
}

}  // namespace

std::vector<std::string> kinds_not_looked_at(const std::vector<model::CoverageRow>& coverage,
                                             const Detection& detection) {
    std::vector<std::string> out;
    for (const Kind& kind : kKinds) {
        // A source that was asked and has none of them says that there are none, unless another
        // one of them could not say.
        bool none = false;
        bool unanswered = false;
        for (const model::CoverageRow& row : coverage) {
            if (!is_of(row, kind) || !row.asked) continue;
            none = none || row.outcome == model::Outcome::Empty;
            unanswered = unanswered || !gave_answer(row);
        }
        none = none && !unanswered;
        if (!none && !detection.examined.contains(std::string(kind.examined)))
            out.emplace_back(kind.examined);
    }
    return out;
}

bool may_be_all_clear(const model::Incident& incident, const model::Signals& signals,
                      const Detection& detection) {
    const auto& coverage = signals.coverage;
    const bool anybody = std::any_of(coverage.begin(), coverage.end(),
                                     [](const auto& row) { return row.asked && gave_answer(row); });
    if (!anybody || (signals.metrics.empty() && detection.examined.empty())) return false;
    if (detection.alert_quantity_moved.has_value() || incident.alerts.empty()) return true;
    const bool everybody = std::all_of(coverage.begin(), coverage.end(), [](const auto& row) {
        return !row.asked || gave_answer(row);
    });
    const bool state =
        detection.examined.contains("kubernetes") || detection.examined.contains("databases");
    const auto missing = kinds_not_looked_at(coverage, detection);
    const bool requests = std::all_of(missing.begin(), missing.end(),
                                      [](const auto& kind) { return kind == "metrics"; });
    return everybody && (state || requests);
}

}  // namespace insight::analysis
