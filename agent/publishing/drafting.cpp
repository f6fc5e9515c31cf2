// From a report to what would be published of it.
#include "agent/known_secrets/window_secrets.h"
#include "agent/publishing/private_names.h"
#include "agent/publishing/publishing.h"
#include "evomap/envelope.h"
#include "evomap/gate.h"
#include "evomap/redaction.h"
#include "evomap/strategy.h"
#include "evomap/validation.h"

namespace insight::agent {

using Outcome = Decision::Outcome;

Draft Publishing::draft(const Json& report, const Lesson& lesson, std::string key,
                        Decision decision) {
    Draft out{std::move(decision), std::move(key), lesson.kind, lesson.gene, lesson.capsule, {}};
    evomap::Redaction redaction(names_in(report), settings_.words);
    // Secrets and personal data that stand anywhere in the report are hidden everywhere.
    redaction.learn(report);
    learn_secrets([&](const Json& json) { redaction.learn(json); }, store_, incident_of(report));
    const evomap::SeedGene gene = redaction.hide(lesson.gene);
    const evomap::SeedCapsule capsule = redaction.hide(lesson.capsule);
    evomap::WireOptions options;
    options.trace = redaction.hide(lesson.trace);
    options.diffs = settings_.publish_diffs;
    options.validation = settings_.validation;
    if (options.validation.empty() && node_->record().validation == 1)
        // 1: the hub's sandbox has refused assertions before (evomap/publisher.cpp).
        options.validation = evomap::plain_commands();
    // Looked up by what would travel, because that is what has an id.
    const auto known =
        genes_.match(evomap::wire_category(gene.category), evomap::tidy_signals(gene.signals),
                     evomap::strategy_steps(gene.strategy));
    if (known && *known) options.reused_gene = (*known)->gene;
    // What is published claims this success as well.
    options.success_streak = (known && *known ? (*known)->streak : 0) + 1;
    auto bundle = evomap::to_wire(gene, capsule, options);
    if (!bundle) {
        out.decision = {Outcome::Withheld, bundle.error().text()};
        return out;
    }
    out.bundle = std::move(*bundle);
    // What a hub would refuse costs reputation there; here it costs a sentence.
    const auto findings = evomap::check_bundle(out.bundle.assets());
    if (!findings.empty())
        out.decision = {Outcome::Withheld,
                        "the check before publishing found: " + evomap::in_words(findings)};
    return out;
}

std::vector<Draft> Publishing::drafts(const Json& report, bool asked) {
    std::vector<Draft> out;
    const std::string created = evomap::javascript_time(clock_.now());
    if (!report.contains("health")) {
        Decision decision = decide(report, settings_, asked);
        const bool has_cause = !base::array_at(report, "causes").empty();
        if (decision.outcome == Outcome::Off) return out;
        if (!goes_out(decision) && !has_cause)
            out.push_back({std::move(decision), incident_of(report), "cause", {}, {}, {}});
        else
            out.push_back(draft(report, lesson_of(report, created), incident_of(report),
                                std::move(decision)));
        return out;
    }
    // A finding keeps its id from scan to scan, so that it is told once.
    for (const Json& finding : base::array_at(base::object_at(report, "health"), "findings")) {
        Decision decision = decide_warning(report, finding, settings_, asked);
        if (goes_out(decision) || (asked && decision.outcome == Outcome::Withheld))
            out.push_back(draft(report, warning_of(report, finding, created),
                                base::text_at(finding, "id"), std::move(decision)));
    }
    return out;
}

void Publishing::annotate(Json& report) {
    if (!settings_.enabled) return;
    Json publications = Json::array();
    for (const Draft& draft : drafts(report, false))
        publications.push_back({{"kind", draft.kind},
                                {"state", name(draft.decision.outcome)},
                                {"why", draft.decision.why},
                                {"key", draft.key},
                                {"capsuleId", draft.bundle.capsule_id()}});
    Json told{{"publications", std::move(publications)}, {"seenBefore", Json::array()}};
    if (const auto seen = store_.documents().document(kSeen, incident_of(report)))
        told["seenBefore"] = base::array_at(seen->body, "hints");
    report["evomap"] = std::move(told);
}

}  // namespace insight::agent
