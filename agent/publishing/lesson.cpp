#include "agent/publishing/lesson.h"

#include <fmt/format.h>

#include "agent/publishing/decision.h"
#include "agent/publishing/signals.h"
#include "agent/publishing/steps.h"
#include "core/base/text.h"

namespace insight::agent {
namespace {

constexpr const char* kOurselves = "devops-insight";
// enough to recognise a case by; more would be telemetry
constexpr std::size_t kFigures = 8;

std::string sentence_start(std::string text) {
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

// "now" and "before" of the series that the statement cites, under the metric's own name.
Json figures_of(const Json& report, const Json& cited) {
    Json out = Json::object();
    for (const Json& id : cited) {
        const Json& evidence = base::object_at(base::object_at(report, "evidence"),
                                               id.is_string() ? id.get<std::string>() : "");
        const Json& content = base::object_at(evidence, "content");
        const std::string name = base::text_at(content, "name");
        const Json& facts = base::object_at(content, "facts");
        for (const char* key : {"before", "now"})
            if (!name.empty() && facts.contains(key) && out.size() < kFigures)
                out[name + "." + key] = facts[key];
    }
    return out;
}

// The network ranks by what found it; without a model it was the engine of this product.
std::string model_of(const Json& report) {
    const std::string model = base::text_at(base::object_at(report, "reasoning"), "model");
    return model.empty() ? kOurselves : model;
}

// Whole names: they are hidden later, and counted here.
std::vector<std::string> affected(const Json& report) {
    std::vector<std::string> out;
    for (const Json& one : base::array_at(base::object_at(report, "impact"), "services"))
        out.push_back(base::text_at(base::object_at(one, "entity"), "name"));
    return out;
}

}  // namespace

std::string incident_of(const Json& report) {
    return base::text_at(base::object_at(report, "incident"), "id");
}

Lesson lesson_of(const Json& report, const std::string& created_at) {
    const Json& cause = base::array_at(report, "causes").front();
    const std::string what = base::spaced(base::text_at(cause, "class"));
    const std::string kind = base::text_at(base::object_at(cause, "entity"), "kind");
    Steps steps = steps_of(report, base::array_at(cause, "evidence"));
    add_rivals(steps, cause);
    Lesson lesson;
    lesson.kind = "cause";
    lesson.trace = std::move(steps.trace);
    const double confidence = base::number_at(report, "confidence");
    // Of the kinds alone, so that the next case of them gives the same Gene.
    lesson.gene = {fmt::format("Find and prove {} at a {}", what, kind),
                   fmt::format("Applies when a {} is suspected of {}.", kind, what),
                   signals_of(report),
                   "repair",
                   steps.strategy,
                   confidence,
                   {created_at, model_of(report)}};
    evomap::SeedCapsule& capsule = lesson.capsule;
    capsule.title =
        fmt::format("{} at a {}: root cause found and proven", sentence_start(what), kind);
    capsule.body = base::text_at(cause, "statement");
    capsule.signals = lesson.gene.signals;
    capsule.confidence = confidence;
    capsule.context.affected_services = affected(report);
    capsule.blast_radius = static_cast<double>(capsule.context.affected_services.size());
    // A cause without a fix is said to be just that: a made-up change would be copied by others.
    capsule.solution = {"investigation",
                        {},
                        "The cause was found and proven against its evidence; nothing was changed "
                        "by this investigation. What would overturn it: " +
                            base::text_at(base::object_at(cause, "overturnedBy"), "statement")};
    capsule.context.root_cause = fmt::format("{} ({})", what, base::text_at(cause, "level"));
    capsule.context.monitoring_data = figures_of(report, base::array_at(cause, "evidence"));
    capsule.metadata = {created_at, model_of(report)};
    return lesson;
}

Lesson lesson_of(const Json& report, const Remedy& remedy, const std::string& created_at) {
    Lesson lesson = lesson_of(report, created_at);
    lesson.kind = "fix";
    lesson.capsule.title = fmt::format("{}: fixed and verified",
                                       sentence_start(base::spaced(base::text_at(
                                           base::array_at(report, "causes").front(), "class"))));
    lesson.capsule.solution = {remedy.type, remedy.files, remedy.description};
    lesson.trace.push_back({"build", "Made the change", remedy.description});
    lesson.trace.push_back(
        {"validate", "Looked at the signal that had raised the alarm", remedy.verification});
    lesson.gene.strategy +=
        "Make the smallest change that removes the cause, with its undo "
        "prepared.\nVerify on the original signal that it is back in its usual "
        "range.\n";
    // Another summary makes another Gene: finding a cause and mending it have streaks of their own.
    lesson.gene.title += ", and fix it";
    return lesson;
}

Lesson warning_of(const Json& report, const Json& finding, const std::string& created_at) {
    const std::string area = base::text_at(finding, "area");
    const std::string kind = base::text_at(base::object_at(finding, "entity"), "kind");
    const Json& exhaustion = base::object_at(finding, "exhaustion");
    const bool forecast = !exhaustion.empty();
    Steps steps = steps_of(report, base::array_at(finding, "evidence"));
    if (forecast)
        steps.strategy +=
            "Estimate the growth with its uncertainty, and warn when the earliest time "
            "at which the limit is met lies before somebody can act.\n";
    const double confidence = confidence_of(report, finding);
    Lesson lesson;
    lesson.kind = "warning";
    lesson.trace = std::move(steps.trace);
    const std::vector<std::string> signals{area + "_" + (forecast ? "exhaustion" : "finding"),
                                           base::text_at(finding, "severity"), kind};
    lesson.gene = {fmt::format("Foresee trouble with {} of a {}", area, kind),
                   fmt::format("Applies in regular health scans to {} of a {}.", area, kind),
                   signals,
                   "optimize",
                   steps.strategy,
                   confidence,
                   {created_at, kOurselves}};
    evomap::SeedCapsule& capsule = lesson.capsule;
    capsule.title = fmt::format("Warning before an incident: {} of a {}", area, kind);
    capsule.body = base::text_at(finding, "statement");
    capsule.signals = signals;
    capsule.confidence = confidence;
    capsule.blast_radius = 1;
    capsule.solution = {"investigation",
                        {},
                        "Found by a health scan before it became an incident. Advice: " +
                            base::text_at(base::object_at(finding, "advice"), "statement")};
    capsule.context.root_cause = fmt::format("{} ({})", area, forecast ? "it grows" : "its state");
    capsule.metadata = {created_at, kOurselves};
    return lesson;
}

}  // namespace insight::agent
