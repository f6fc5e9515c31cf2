// What each stage of a fix waits for.
#include <fmt/format.h>

#include <algorithm>

#include "agent/outcomes/recurrence.h"
#include "agent/outcomes/watch.h"

namespace insight::outcomes {

using base::Status;

void OutcomeWatch::step_proposed(Outcome& outcome) {
    if (!surroundings_.landed) return;
    const auto landing = surroundings_.landed(outcome.plan, outcome.number);
    if (!landing) {
        // Repositories come and go, limits pass: it is asked as long as anybody may merge.
        outcome.note = landing.error().text();
        return;
    }
    if (landing->state == Landing::State::Closed) {
        outcome.stage = Stage::Dropped;
        outcome.note = "it was closed without being merged";
    } else if (landing->state == Landing::State::Merged) {
        outcome.stage = Stage::Watched;
        outcome.applied_at = landing->merged_at > 0 ? landing->merged_at : clock_.now();
    }
}

Status OutcomeWatch::step_watched(Outcome& outcome, const store::IncidentRow& row) {
    const Nanos now = clock_.now();
    if (row.incident.alerts.empty()) {
        outcome.stage = Stage::Unproven;
        outcome.note = "the incident came of no alert that could be watched";
        return {};
    }
    const auto again =
        recurrence_of(store_, row, outcome.culprit, outcome.applied_at + settings_.rollout);
    if (!again) return base::fail(again.error());
    switch (again->kind) {
        case Recurrence::Kind::Same:
            outcome.stage = Stage::Recurred;
            outcome.note = "the same cause came back in " + again->incident;
            return {};
        case Recurrence::Kind::Awaited:
            return {};
        case Recurrence::Kind::Unclear:
            outcome.disturbed_at = again->gone_at == 0 ? now : again->gone_at;
            break;
        case Recurrence::Kind::None:
            break;
    }
    // After this nobody remembers the fix, and an alert has many other reasons.
    const bool late = now > outcome.applied_at + settings_.watch_for;
    const Nanos gone_at = row.incident.resolved_at;
    const auto unproven = [&](std::string why) {
        outcome.stage = Stage::Unproven;
        outcome.note = std::move(why);
    };
    if (gone_at == 0) {
        if (late) unproven("the alert still fires, and nobody said whether the fix was rolled out");
        return {};
    }
    // Quiet is counted from the last of what could have disturbed it.
    const Nanos since = std::max({outcome.applied_at, gone_at, outcome.disturbed_at});
    const bool gone_before = gone_at < outcome.applied_at;
    // An alert that was gone before the fix proves nothing by staying away for minutes: then only
    // the whole time does.
    if (now < since + (gone_before ? settings_.watch_for : settings_.quiet_for)) return {};
    SignalState state;
    // Asked at the end only: it is a whole collection, and until then the answer changes nothing.
    if (surroundings_.signal) state = surroundings_.signal(row.incident, since);
    if (state.is == SignalState::Is::Active) {
        // The sender says resolved and the rule says otherwise: the rule is nearer to the signal.
        outcome.disturbed_at = now;
        outcome.note = state.words;
        if (late) unproven(state.words);
        return {};
    }
    outcome.stage = Stage::Held;
    outcome.note = fmt::format(
        "the alert went away{} and stayed away for {}{}{}", gone_before ? " before the fix" : "",
        base::format_duration(now - since), state.words.empty() ? "" : "; ", state.words);
    return {};
}

// What has held may still come back.
Status OutcomeWatch::step_held(Outcome& outcome, const store::IncidentRow& row) {
    outcome.look_at =
        // A week of watching needs no look a second: some five hundred of them in all.
        clock_.now() + std::clamp(settings_.watch_for / 500, settings_.pace(), 15 * base::kMinute);
    const auto again =
        recurrence_of(store_, row, outcome.culprit, outcome.applied_at + settings_.rollout);
    if (!again) return base::fail(again.error());
    if (again->kind == Recurrence::Kind::Same) {
        outcome.stage = Stage::Recurred;
        outcome.note = "the same cause came back in " + again->incident;
    }
    outcome.over = clock_.now() > outcome.applied_at + settings_.watch_for &&
                   again->kind == Recurrence::Kind::None;
    return {};
}

}  // namespace insight::outcomes
