#include "analysis/urgency.h"

#include <array>
#include <cmath>

#include "analysis/statistics.h"

namespace insight::analysis {
namespace {

constexpr double kWorse = 1.25;
constexpr double kBetter = 0.6;
constexpr std::size_t kEnoughPoints = 6;
constexpr double kPageAtOnce = 14.4;
constexpr double kPage = 6;

std::optional<double> number_in(const model::Labels& labels, const char* key) {
    const auto it = labels.find(key);
    if (it == labels.end()) return std::nullopt;
    char* end = nullptr;
    const double value = std::strtod(it->second.c_str(), &end);
    if (end == it->second.c_str() || !std::isfinite(value)) return std::nullopt;
    while (*end == ' ') ++end;
    // "95.216.1.2:9100" is a target as well, and no objective.
    if (*end != '\0' && *end != '%') return std::nullopt;
    return value;
}

}  // namespace

Trend trend_of(const Finding& finding, const EvidenceBook& evidence) {
    if (!finding.clue.onset) return Trend::Unknown;
    if (!finding.clue.current) return Trend::Recovering;
    const double onset = base::to_seconds(*finding.clue.onset);
    for (const std::string& id : finding.clue.evidence) {
        const model::Evidence* series = evidence.find(id);
        if (series == nullptr || series->content.value("kind", "") != "series" ||
            !series->content.contains("baseline"))
            continue;
        const double usual = series->content["baseline"].value("median", 0.0);
        std::vector<double> away;
        for (const base::Json& point : series->content["points"])
            if (point[0].get<double>() >= onset)
                away.push_back(std::abs(point[1].get<double>() - usual));
        if (away.size() < kEnoughPoints) continue;
        const std::size_t third = away.size() / 3;
        const std::span<const double> all(away);
        const double first = median(all.first(third));
        const double last = median(all.last(third));
        if (last > kWorse * first) return Trend::Worse;
        return last < kBetter * first ? Trend::Recovering : Trend::Stable;
    }
    return Trend::Unknown;
}

std::optional<double> error_budget(const model::Incident& incident) {
    static constexpr std::array kKeys{"objective",     "slo",    "slo_objective",
                                      "slo_threshold", "target", "objectivePercent"};
    for (const model::Alert& alert : incident.alerts)
        for (const char* key : kKeys)
            for (const model::Labels* labels : {&alert.annotations, &alert.labels}) {
                auto value = number_in(*labels, key);
                if (!value) continue;
                if (*value > 1) *value /= 100;
                if (*value > 0.5 && *value < 1) return 1 - *value;
            }
    return std::nullopt;
}

std::string urgency_of(model::Severity severity, Trend trend, double burn, bool resolved) {
    if (resolved) return "later";
    if (burn >= kPageAtOnce) return trend == Trend::Recovering ? "soon" : "now";
    if (severity == model::Severity::Critical) return trend == Trend::Recovering ? "soon" : "now";
    if (trend == Trend::Recovering) return "later";
    if (burn >= kPage && trend == Trend::Worse) return "now";
    return severity <= model::Severity::Info && burn < 1 ? "later" : "soon";
}

}  // namespace insight::analysis
