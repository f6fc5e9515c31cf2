#include "agent/publishing/decision.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace insight::agent {
namespace {

using Outcome = Decision::Outcome;

// the share of futures that a forecast's interval covers
constexpr double kForecastInterval = 0.9;
// neither a forecast nor a cause says how likely it is; below any sensible minConfidence
constexpr double kNothingSaid = 0.5;
constexpr std::string_view kUnproven = "[unproven:";

Decision withheld(const std::string& why) {
    Decision decision;
    decision.outcome = Outcome::Withheld;
    decision.why = why;
    return decision;
}

Decision released(const evomap::Settings& settings, bool asked) {
    if (asked) return {Outcome::Queued, "a person asked for it"};
    if (!settings.auto_publish)
        return withheld(
            "evomap.autoPublish is off; `devops-insight evomap publish` does it by "
            "hand");
    if (settings.approval)
        return {Outcome::Held,
                "evomap.approval is on: it waits for `devops-insight evomap outbox "
                "--approve`"};
    return {Outcome::Queued, "the cause is proven and confident enough"};
}

std::string too_low(double confidence, const evomap::Settings& settings) {
    return fmt::format("the confidence {:.3f} is below evomap.minConfidence {}", confidence,
                       settings.min_confidence);
}

// Everything that a cause says is in evidence that the report has.
std::string not_verified(const Json& report, const Json& cause) {
    if (base::text_at(cause, "statement").find(kUnproven) != std::string::npos)
        return "a part of the cause's statement is not proven by its evidence";
    const Json& cited = base::array_at(cause, "evidence");
    const Json& known = base::object_at(report, "evidence");
    if (cited.empty()) return "the cause cites no evidence";
    for (const Json& id : cited)
        if (!id.is_string() || !known.contains(id.get<std::string>()))
            return "the cause cites evidence that the report does not have";
    // Others would take over the cause and not the doubt.
    if (!base::array_at(cause, "against").empty())
        return "something still speaks against the cause";
    // A model's idea may be right, but nobody has seen its mechanism.
    if (base::flag_at(cause, "added"))
        return "the cause was proposed by a language model and not observed by the engine";
    return {};
}

}  // namespace

std::string_view name(Outcome outcome) {
    constexpr std::array<std::string_view, 4> kNames{"off", "withheld", "held", "queued"};
    return kNames[static_cast<std::size_t>(outcome)];
}

bool goes_out(const Decision& decision) {
    return decision.outcome == Outcome::Queued || decision.outcome == Outcome::Held;
}

Decision decide(const Json& report, const evomap::Settings& settings, bool asked) {
    if (!settings.enabled) return {};
    const std::string verdict = base::text_at(report, "verdict");
    const Json& causes = base::array_at(report, "causes");
    if ((verdict != "cause" && verdict != "several") || causes.empty())
        return withheld(fmt::format("the verdict is {}: there is no cause to share", verdict));
    // The report may be sure of its verdict and still not of which cause comes first.
    const double confidence = std::min(base::number_at(report, "confidence"),
                                       base::number_at(causes.front(), "probability"));
    // Written so that what is no number is withheld, too.
    if (!(confidence >= settings.min_confidence)) return withheld(too_low(confidence, settings));
    if (auto why = not_verified(report, causes.front()); !why.empty()) return withheld(why);
    return released(settings, asked);
}

double confidence_of(const Json& report, const Json& finding) {
    const Json& exhaustion = base::object_at(finding, "exhaustion");
    const Json& growth = base::object_at(finding, "growth");
    if (!base::text_at(exhaustion, "latest").empty() && growth.contains("pValue"))
        // That it grows at all, and that it meets its limit within the interval.
        return kForecastInterval * (1 - std::clamp(base::number_at(growth, "pValue"), 0.0, 1.0));
    for (const Json& cause : base::array_at(report, "causes"))
        for (const Json& id : base::array_at(cause, "evidence"))
            for (const Json& mine : base::array_at(finding, "evidence"))
                if (id == mine) return base::number_at(cause, "probability");
    return kNothingSaid;
}

Decision decide_warning(const Json& report, const Json& finding, const evomap::Settings& settings,
                        bool asked) {
    if (!settings.enabled) return {};
    const std::string severity = base::text_at(finding, "severity");
    if (severity != "warning" && severity != "critical")
        return withheld("a finding of this severity is no warning");
    const double confidence = confidence_of(report, finding);
    if (!(confidence >= settings.min_confidence)) return withheld(too_low(confidence, settings));
    if (base::array_at(finding, "evidence").empty())
        return withheld("the finding cites no evidence");
    return released(settings, asked);
}

}  // namespace insight::agent
