#include "analysis/explain/explain.h"

#include "analysis/explain/way.h"

namespace insight::analysis {
namespace {

using explain::Known;

// Whose own observation names a place that only this stage can spell safely.
bool knows_better(const model::Cause& cause) {
    return cause.cause_class != "network_delay" && !cause.overturned_by.statement.empty() &&
           !cause.overturned_by.command.empty();
}

}  // namespace

void explain_causes(const Sight& sight, const Detection& detection, Ranking& ranking) {
    for (std::size_t i = 0; i < ranking.causes.size(); ++i) {
        model::Cause& cause = ranking.causes[i];
        if (knows_better(cause)) continue;
        // Causes are the first candidates, in their order.
        const Finding* finding =
            i < ranking.candidates.size() ? ranking.candidates[i].finding : nullptr;
        const Known known(sight, detection.evidence, cause, finding);
        if (const base::Json* change = known.cited("change");
            change != nullptr && cause.cause_class.starts_with("change_")) {
            cause.overturned_by = explain::about_change(*change, known);
            continue;
        }
        // A sentence that came with the cause stays where its class has no better one; a command
        // that came without names does not.
        const explain::Question& question = explain::question_of(cause.cause_class);
        if (cause.overturned_by.statement.empty() || explain::has_question(cause.cause_class))
            cause.overturned_by.statement = question.overturned_if;
        cause.overturned_by.command = explain::command_for(question, known);
    }
}

}  // namespace insight::analysis
