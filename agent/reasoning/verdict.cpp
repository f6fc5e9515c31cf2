#include "agent/reasoning/verdict.h"

#include <fmt/format.h>

#include <cmath>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/court.h"
#include "agent/reasoning/weight.h"
#include "core/base/text.h"

namespace insight::agent::reasoning {
namespace {

using model::Proof;

// of the engine and the model together: a list of suspects is no answer
constexpr std::size_t kMostCauses = 6;

model::Level level_of(const std::string& word) {
    for (const model::Level level : {model::Level::Code, model::Level::Config,
                                     model::Level::Infrastructure, model::Level::Dependency})
        if (word == model::name(level)) return level;
    return model::Level::Infrastructure;
}

model::Cause* cause_of(model::Report& report, const ClaimedCause& claimed) {
    model::Cause* same_entity = nullptr;
    int at_entity = 0;
    for (model::Cause& cause : report.causes) {
        if (cause.added || base::lower(cause.entity.name) != base::lower(claimed.entity.name))
            continue;
        if (cause.cause_class == claimed.cause_class) return &cause;
        if (at_entity++ == 0) same_entity = &cause;
    }
    // Other words for the same thing: the engine's classes are not known to the model by heart.
    return at_entity == 1 ? same_entity : nullptr;
}

void add_objections(model::Cause& cause, const Heard& against) {
    for (const model::AddedStatement& added : against.statements)
        if (added.proof == Proof::Proven)
            cause.against.push_back({added.statement, added.evidence});
}

void extend(model::Cause& cause, Heard heard, const Heard& against) {
    const double before = cause.probability;
    cause.probability = moved(before, heard, against.fresh_proofs);
    add_objections(cause, against);
    for (model::AddedStatement& added : heard.statements)
        cause.statements.push_back(std::move(added));
    if (std::abs(cause.probability - before) >= 0.0005)
        cause.reasons.push_back(fmt::format(
            "model: {} proven statement(s) with new evidence, {} contradicted, {} objection(s): "
            "{:.0f} % instead of {:.0f} %",
            heard.fresh_proofs, heard.contradicted, against.fresh_proofs, cause.probability * 100,
            before * 100));
}

std::optional<model::Cause> new_cause(const ClaimedCause& claimed, Heard heard,
                                      const Heard& against, double unexplained) {
    if (!heard.names_entity) return std::nullopt;
    model::Cause cause;
    cause.entity = claimed.entity;
    cause.level = level_of(claimed.level);
    cause.cause_class = claimed.cause_class;
    cause.added = true;
    for (const model::AddedStatement& added : heard.statements) {
        if (added.proof != Proof::Proven) continue;
        if (cause.statement.size() + added.statement.size() < 500)
            cause.statement += (cause.statement.empty() ? "" : " ") + added.statement;
        for (const std::string& id : added.evidence)
            if (std::find(cause.evidence.begin(), cause.evidence.end(), id) == cause.evidence.end())
                cause.evidence.push_back(id);
    }
    cause.probability =
        std::min(unexplained, moved(start_of_new_cause(unexplained), heard, against.fresh_proofs));
    cause.reasons = {fmt::format(
        "found by the model: half of the {:.0f} % that the engine left unexplained, moved by {} "
        "proven, {} contradicted statement(s) and {} objection(s)",
        unexplained * 100, heard.fresh_proofs, heard.contradicted, against.fresh_proofs)};
    cause.overturned_by.statement =
        fmt::format("If {} was as usual before and after the onset, this is not the cause.",
                    claimed.entity.name);
    add_objections(cause, against);
    cause.statements = std::move(heard.statements);
    return cause;
}

}  // namespace

void apply_answer(const ModelAnswer& answer, const Shelf& shelf, const Targets& targets,
                  model::Report& report, model::Reasoning& reasoning) {
    const std::set<std::string>& names = targets.names;
    Court court(shelf, names, report, reasoning);
    const model::Cause first = report.causes.empty() ? model::Cause{} : report.causes.front();
    double unexplained = left_by(report.causes);
    for (const ClaimedCause& claimed : answer.causes) {
        // An entity that no signal names cannot have been looked at: whatever is said of it is made
        // up, and every statement counts as removed.
        if (!names.contains(base::lower(claimed.entity.name))) {
            const auto lost =
                static_cast<std::int64_t>(claimed.statements.size() + claimed.against.size());
            reasoning.removed += lost;
            report.claims.checked += lost;
            report.claims.removed += lost;
            reasoning.cut.push_back(
                fmt::format("a cause at '{}' was left out: no source knows that entity",
                            base::shorten(claimed.entity.name, 80)));
            continue;
        }
        model::Cause* known = cause_of(report, claimed);
        Heard heard = court.hear(claimed.statements, claimed.entity.name,
                                 known == nullptr ? std::vector<std::string>{} : known->evidence);
        // Objections are heard against no known evidence: what the cause itself cites may tell
        // against it.
        const Heard against = court.hear(claimed.against, claimed.entity.name, {});
        if (known != nullptr) {
            extend(*known, std::move(heard), against);
            continue;
        }
        const bool room = report.causes.size() < kMostCauses;
        auto added =
            room ? new_cause(claimed, std::move(heard), against, unexplained) : std::nullopt;
        if (!added) {
            reasoning.cut.push_back(
                fmt::format("the model's suspicion of {} ({}) {}: it is no cause of this report",
                            base::shorten(claimed.entity.name, 80), claimed.cause_class,
                            room ? "has no proven statement"
                                 : fmt::format("came when there were {} causes", kMostCauses)));
            reasoning.hypotheses.push_back(
                {fmt::format("{} at {}", claimed.cause_class, claimed.entity.name), "open", {}});
            continue;
        }
        // What a new cause takes comes out of "none of these", never from the engine's causes.
        unexplained = std::max(0.0, unexplained - added->probability);
        report.causes.push_back(std::move(*added));
    }
    std::stable_sort(report.causes.begin(), report.causes.end(),
                     [](const model::Cause& left, const model::Cause& right) {
                         return left.probability > right.probability;
                     });
    judge_again(report, first, first.probability);
    for (const ProposedAction& action : answer.actions) {
        ProposedAction kept = action;
        std::erase_if(kept.evidence,
                      [&](const std::string& id) { return shelf.find(id) == nullptr; });
        auto proposed = recommendation_of(kept, targets);
        if (!proposed) {
            reasoning.cut.push_back("a proposal was left out: " + proposed.error().message);
            continue;
        }
        court.keep_evidence(proposed->evidence);
        report.recommendations.push_back(std::move(*proposed));
    }
    // Where the engine has a verdict, a wish for more would only sow doubt that nobody checked.
    if (report.verdict == model::Verdict::NotEnoughEvidence)
        for (const std::string& missing : answer.missing)
            report.to_collect.push_back("the model asks for: " + missing);
}

}  // namespace insight::agent::reasoning
