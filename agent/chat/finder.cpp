#include "agent/chat/finder.h"

#include "agent/spelling.h"
#include "core/base/text.h"

namespace insight::agent::chat {
namespace {

// the newest of the store; older incidents are found by their id
constexpr int kLookedThrough = 200;

bool has(std::string_view text, const std::string& subject) {
    return base::lower(text).find(subject) != std::string::npos;
}

bool fires(const store::IncidentRow& row) {
    return row.incident.origin == model::Origin::Alert && row.incident.resolved_at == 0;
}

}  // namespace

bool concerns(const store::IncidentRow& row, const std::string& subject) {
    const std::string wanted = base::lower(subject);
    if (wanted.empty()) return true;
    for (const model::Alert& alert : row.incident.alerts)
        for (const auto& [key, value] : alert.labels)
            if (has(value, wanted)) return true;
    return has(row.incident.service, wanted) || has(row.incident.question, wanted) ||
           has(row.summary, wanted);
}

base::Result<std::vector<store::IncidentRow>> incidents_during(store::Store& store,
                                                               const model::Interval& interval) {
    const auto rows = store.incidents({kLookedThrough, ""});
    if (!rows) return base::fail(rows.error());
    std::vector<store::IncidentRow> out;
    for (const store::IncidentRow& row : *rows) {
        const base::Nanos opened = row.incident.opened_at;
        // Only alerts are resolved; a question is a moment. An alert that still fires counts from
        // when it opened.
        const base::Nanos ended = row.incident.resolved_at == 0 ? opened : row.incident.resolved_at;
        if (row.incident.origin != model::Origin::Scan && opened < interval.end &&
            ended >= interval.start)
            out.push_back(row);
    }
    return out;
}

base::Result<std::optional<store::IncidentRow>> latest(store::Store& store,
                                                       const std::string& subject, base::Nanos now,
                                                       base::Nanos age) {
    const auto rows = store.incidents({kLookedThrough, ""});
    if (!rows) return base::fail(rows.error());
    for (const store::IncidentRow& row : *rows) {
        const base::Nanos opened = row.incident.opened_at;
        // What still fires is about now, though it opened long ago; after a day its report says
        // little of now.
        const bool recent = opened > now - age || (fires(row) && opened > now - 24 * base::kHour);
        if (row.incident.origin != model::Origin::Scan && recent && concerns(row, subject))
            return row;
    }
    return std::optional<store::IncidentRow>{};
}

base::Result<std::string> known_spelling(store::Store& store, const std::string& name) {
    if (name.empty()) return name;
    const auto rows = store.incidents({kLookedThrough, ""});
    if (!rows) return base::fail(rows.error());
    Spelling spelling(name);
    for (const store::IncidentRow& row : *rows) {
        if (spelling.meet(row.incident.service)) return name;
        for (const model::Alert& alert : row.incident.alerts)
            for (const auto& [key, value] : alert.labels)
                if (spelling.meet(value)) return name;
    }
    return spelling.best();
}

const store::IncidentRow* most_telling(const std::vector<store::IncidentRow>& rows) {
    const store::IncidentRow* best = nullptr;
    const auto worth = [](const store::IncidentRow& row) {
        if (row.verdict == "cause") return 3;
        if (row.verdict == "several") return 2;
        return row.verdict.empty() ? 0 : 1;
    };
    for (const store::IncidentRow& row : rows)
        if (best == nullptr || worth(row) > worth(*best) ||
            // Of equals the earliest: later ones of the same night are often its consequences.
            (worth(row) == worth(*best) && row.incident.opened_at < best->incident.opened_at))
            best = &row;
    return best;
}

}  // namespace insight::agent::chat
