#include "agent/outcomes/outcome.h"

#include <array>

namespace insight::outcomes {
namespace {

constexpr std::array<std::string_view, 6> kStages{"proposed", "watched",  "held",
                                                  "recurred", "unproven", "dropped"};

}  // namespace

std::string_view name(Stage stage) {
    return kStages[static_cast<std::size_t>(stage)];
}

Culprit culprit_of(const Json& report) {
    const std::string verdict = base::text_at(report, "verdict");
    const Json& causes = base::array_at(report, "causes");
    if ((verdict != "cause" && verdict != "several") || causes.empty()) return {};
    return {base::text_at(base::object_at(causes.front(), "entity"), "name"),
            base::text_at(causes.front(), "class")};
}

Json to_json(const Outcome& outcome) {
    return {{"key", outcome.key},
            {"incident", outcome.incident},
            {"stage", name(outcome.stage)},
            {"what", outcome.what},
            {"plan", outcome.plan},
            {"number", outcome.number},
            {"entity", outcome.culprit.entity},
            {"cause", outcome.culprit.cause},
            {"appliedAt", outcome.applied_at},
            {"disturbedAt", outcome.disturbed_at},
            {"lookAt", outcome.look_at},
            {"note", outcome.note},
            {"told", outcome.told},
            {"over", outcome.over}};
}

Outcome outcome_from_json(const Json& stored) {
    Outcome out;
    out.key = base::text_at(stored, "key");
    out.incident = base::text_at(stored, "incident");
    const std::string stage = base::text_at(stored, "stage");
    for (std::size_t i = 0; i < kStages.size(); ++i)
        if (kStages[i] == stage) out.stage = static_cast<Stage>(i);
    out.what = base::text_at(stored, "what");
    out.plan = base::object_at(stored, "plan");
    out.number = static_cast<int>(base::integer_at(stored, "number"));
    out.culprit = {base::text_at(stored, "entity"), base::text_at(stored, "cause")};
    out.applied_at = base::integer_at(stored, "appliedAt");
    out.disturbed_at = base::integer_at(stored, "disturbedAt");
    out.look_at = base::integer_at(stored, "lookAt");
    out.note = base::text_at(stored, "note");
    out.told = base::flag_at(stored, "told");
    out.over = base::flag_at(stored, "over");
    return out;
}

}  // namespace insight::outcomes
