#include "analysis/evidence_book.h"

#include <fmt/format.h>

#include <functional>
#include <map>

#include "core/base/crypto.h"
#include "core/base/text.h"

namespace insight::analysis {
namespace {

using base::Json;

constexpr std::size_t kMaxRows = 50;  // one row of every moment fits (collectors/README.md: 40)

// The first moment to show, so that the newest ones are whole; at least the newest.
model::Nanos shown_from(const std::vector<const model::DatabaseRow*>& rows) {
    std::map<model::Nanos, std::size_t, std::greater<>> at;
    for (const model::DatabaseRow* row : rows) ++at[row->time];
    model::Nanos from = 0;
    std::size_t shown = 0;
    for (const auto& [time, count] : at) {
        if (shown > 0 && shown + count > kMaxRows) break;
        shown += count;
        from = time;
    }
    return from;
}

}  // namespace

std::string EvidenceBook::add_rows(const std::string& title,
                                   const std::vector<const model::DatabaseRow*>& rows,
                                   const std::vector<std::string>& columns, const Json& facts) {
    model::Evidence evidence;
    evidence.title = title;
    Json list = Json::array();
    const model::Nanos from = shown_from(rows);
    for (const model::DatabaseRow* row : rows) {
        if (row->time < from) continue;
        if (list.size() >= kMaxRows) break;
        Json cells = Json::array({base::format_rfc3339(row->time)});
        for (const std::string& column : columns) cells.push_back(row->row.value(column, Json()));
        list.push_back(std::move(cells));
        if (evidence.range.start == 0 || row->time < evidence.range.start)
            evidence.range.start = row->time;
        evidence.range.end = std::max(evidence.range.end, row->time);
    }
    const std::size_t shown = list.size();
    Json head = Json::array({"time"});
    for (const std::string& column : columns) head.push_back(column);
    if (!rows.empty()) {
        evidence.source = rows.front()->system + "/" + rows.front()->instance;
        evidence.query = fmt::format("view {}", rows.front()->view);
    }
    evidence.content = {{"kind", "rows"}, {"columns", std::move(head)}, {"rows", std::move(list)}};
    if (!facts.empty()) evidence.content["facts"] = facts;
    if (rows.size() > shown) evidence.content["more"] = rows.size() - shown;
    return add(std::move(evidence));
}

std::string EvidenceBook::add_change(const model::Change& change) {
    model::Evidence evidence;
    evidence.title = base::shorten(change.summary, 200);
    evidence.source = change.ref.empty() ? "changes" : base::shorten(change.ref, 100);
    evidence.range = {change.earliest(), change.time};
    evidence.content = {{"kind", "change"},
                        {"time", base::format_rfc3339(change.time)},
                        {"changeKind", change.kind},
                        {"entity", change.entity},
                        {"author", change.author},
                        {"summary", change.summary},
                        {"before", base::shorten(change.before, 4000)},
                        {"after", base::shorten(change.after, 4000)},
                        {"diff", base::shorten(change.diff, 8000)},
                        {"ref", change.ref}};
    if (change.not_before != 0)
        evidence.content["notBefore"] = base::format_rfc3339(change.not_before);
    return add(std::move(evidence));
}

std::string EvidenceBook::add_alert(const model::Alert& alert) {
    model::Evidence evidence;
    const auto it = alert.labels.find("alertname");
    evidence.title = "alert " + (it == alert.labels.end() ? alert.fingerprint : it->second);
    evidence.source = "alerts";
    evidence.range = {alert.starts_at, alert.ends_at == 0 ? alert.starts_at : alert.ends_at};
    evidence.query = alert.generator_url;
    // The state may change while the same alert is looked at twice; identity and words do not.
    evidence.content = {{"kind", "alert"},
                        {"alert",
                         {{"fingerprint", alert.fingerprint},
                          {"labels", alert.labels},
                          {"annotations", alert.annotations},
                          {"startsAt", base::format_rfc3339(alert.starts_at)}}}};
    return add(std::move(evidence));
}

std::string EvidenceBook::add_coverage(const std::vector<model::CoverageRow>& coverage,
                                       const model::Window& window, const Json& facts) {
    model::Evidence evidence;
    evidence.title = "what each source answered";
    evidence.source = "coverage";
    evidence.range = {window.baseline_start, window.end};
    Json rows = Json::array();
    for (const model::CoverageRow& row : coverage)
        rows.push_back({row.source, name(row.outcome), row.count, row.note});
    evidence.content = {{"kind", "rows"},
                        {"columns", {"source", "outcome", "count", "note"}},
                        {"rows", std::move(rows)},
                        {"facts", facts}};
    return add(std::move(evidence));
}

const model::Evidence* EvidenceBook::find(const std::string& id) const {
    const auto it = std::find_if(items_.begin(), items_.end(),
                                 [&](const model::Evidence& e) { return e.id == id; });
    return it == items_.end() ? nullptr : &*it;
}

std::string EvidenceBook::add(model::Evidence evidence) {
    // One content is one piece of evidence, whoever cites it: statements that rest on the same rows
    // must not look like independent witnesses.
    evidence.scope = scope_;
    evidence.digest = base::sha256_hex(base::dump_json(evidence.content));
    const auto [it, added] =
        id_by_digest_.try_emplace(evidence.digest, "E" + std::to_string(items_.size() + 1));
    evidence.id = it->second;
    if (added) items_.push_back(std::move(evidence));
    return it->second;
}

void number_evidence(model::Report& report) {
    std::map<std::string, std::string> renamed;
    // In the order in which a reader meets them, causes first; what nobody cites is left out.
    const auto visit = [&](std::vector<std::string>& ids) {
        for (std::string& id : ids)
            id = renamed.try_emplace(id, "E" + std::to_string(renamed.size() + 1)).first->second;
    };
    for (model::Cause& cause : report.causes) {
        visit(cause.evidence);
        for (model::Objection& objection : cause.against) visit(objection.evidence);
    }
    for (model::Clue& clue : report.clues) visit(clue.evidence);
    for (model::AffectedService& service : report.impact.services) visit(service.evidence);
    if (report.impact.users) visit(report.impact.users->evidence);
    for (model::TimelineEntry& entry : report.timeline) visit(entry.evidence);
    for (model::Cause& cause : report.causes)
        for (model::Rival& rival : cause.rivals) visit(rival.evidence);
    for (model::Recommendation& recommendation : report.recommendations)
        visit(recommendation.evidence);
    for (model::SuspectChange& change : report.changes) {
        visit(change.evidence);
        for (model::SuspectLine& line : change.lines) visit(line.evidence);
    }
    std::vector<model::Evidence> kept(renamed.size());
    for (model::Evidence& evidence : report.evidence) {
        const auto it = renamed.find(evidence.id);
        if (it == renamed.end()) continue;
        evidence.id = it->second;
        kept[std::stoul(it->second.substr(1)) - 1] = std::move(evidence);
    }
    report.evidence = std::move(kept);
}

}  // namespace insight::analysis
