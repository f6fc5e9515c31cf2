#include "agent/outcomes/recurrence.h"

#include <algorithm>

namespace insight::outcomes {
namespace {

using Kind = Recurrence::Kind;

constexpr int kNewest = 500;

bool same_alert(const model::Alert& left, const model::Alert& right) {
    return left.fingerprint == right.fingerprint;
}

// Alerts keep their fingerprint, so that the same one is known in any group and episode.
bool came_again(const model::Incident& later, const model::Incident& fixed, Nanos since) {
    return std::any_of(later.alerts.begin(), later.alerts.end(), [&](const model::Alert& alert) {
        // An episode that began before the fix was in place says nothing about it, however long it
        // lasted.
        return alert.starts_at > since &&
               std::any_of(fixed.alerts.begin(), fixed.alerts.end(),
                           [&](const model::Alert& old) { return same_alert(alert, old); });
    });
}

base::Result<Recurrence> judged(store::Store& store, const store::IncidentRow& row,
                                const Culprit& culprit) {
    Recurrence out{Kind::Unclear, row.incident.id, row.incident.resolved_at};
    if (row.incident.state == model::IncidentState::Open) {
        out.kind = Kind::Awaited;
        return out;
    }
    // No report is no acquittal.
    if (row.incident.state == model::IncidentState::Failed) return out;
    const auto text = store.report(row.incident.id);
    if (!text) return base::fail(text.error());
    const auto report = base::parse_json(*text, "the report of " + row.incident.id);
    if (!report) return base::fail(report.error());
    const Culprit now = culprit_of(*report);
    // Class and place: the same kind of trouble at another service is another case.
    if (now.known()) out.kind = now == culprit ? Kind::Same : Kind::None;
    return out;
}

// A cause that is proven to be back outweighs a question that is still open.
int weight(Kind kind) {
    switch (kind) {
        case Kind::None:
            return 0;
        case Kind::Unclear:
            return 1;
        case Kind::Awaited:
            return 2;
        case Kind::Same:
            return 3;
    }
    return 0;
}

}  // namespace

base::Result<Recurrence> recurrence_of(store::Store& store, const store::IncidentRow& row,
                                       const Culprit& culprit, Nanos since) {
    const auto rows = store.incidents({kNewest, ""});
    if (!rows) return base::fail(rows.error());
    Recurrence worst;
    for (const store::IncidentRow& later : *rows) {
        if (!came_again(later.incident, row.incident, since)) continue;
        auto found = judged(store, later, culprit);
        if (!found) return found;
        const bool heavier = weight(found->kind) > weight(worst.kind);
        // Of several unclear ones the last to go away says since when it is quiet.
        const bool later_gone = found->kind == worst.kind &&
                                (found->gone_at == 0 || found->gone_at > worst.gone_at) &&
                                worst.gone_at != 0;
        if (heavier || later_gone) worst = *found;
    }
    return worst;
}

}  // namespace insight::outcomes
