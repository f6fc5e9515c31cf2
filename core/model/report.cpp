#include "core/model/report.h"

#include <cmath>

namespace insight::model {
namespace {

// Probabilities are shown with three digits: more would claim a precision nobody has.
double rounded(double probability) {
    return std::round(probability * 1000) / 1000;
}

Json optional_time(const std::optional<Nanos>& time) {
    return time ? Json(base::format_rfc3339(*time)) : Json(nullptr);
}

template <class T>
Json list(const std::vector<T>& items) {
    Json out = Json::array();
    for (const T& item : items) out.push_back(to_json(item));
    return out;
}

}  // namespace

// Internal, but found by argument-dependent look-up from list(), so not in the nameless namespace.
static Json to_json(const Entity& entity) {
    return {{"kind", entity.kind}, {"name", entity.name}};
}

static Json to_json(const Clue& clue) {
    return {{"kind", clue.kind},
            {"entity", to_json(clue.entity)},
            {"statement", clue.statement},
            {"strength", rounded(clue.strength)},
            {"onset", optional_time(clue.onset)},
            {"current", clue.current},
            {"evidence", clue.evidence}};
}

static Json to_json(const Objection& objection) {
    return {{"statement", objection.statement}, {"evidence", objection.evidence}};
}

static Json to_json(const Rival& rival) {
    return {{"entity", to_json(rival.entity)},
            {"class", rival.cause_class},
            {"probability", rounded(rival.probability)},
            {"ruledOutBy", rival.ruled_out_by},
            {"evidence", rival.evidence}};
}

static Json to_json(const AddedStatement& added) {
    Json out{
        {"statement", added.statement}, {"evidence", added.evidence}, {"proof", name(added.proof)}};
    if (!added.missing.empty()) out["missing"] = added.missing;
    return out;
}

static Json to_json(const Cause& cause) {
    Json out{
        {"entity", to_json(cause.entity)},
        {"level", name(cause.level)},
        {"class", cause.cause_class},
        {"probability", rounded(cause.probability)},
        {"statement", cause.statement},
        {"onset", optional_time(cause.onset)},
        {"evidence", cause.evidence},
        {"against", list(cause.against)},
        {"rivals", list(cause.rivals)},
        {"overturnedBy",
         {{"statement", cause.overturned_by.statement}, {"command", cause.overturned_by.command}}},
        {"reasons", cause.reasons}};
    if (!cause.statements.empty()) out["statements"] = list(cause.statements);
    if (cause.added) out["addedBy"] = "model";
    return out;
}

static Json to_json(const Hypothesis& hypothesis) {
    return {{"statement", hypothesis.statement},
            {"state", hypothesis.state},
            {"evidence", hypothesis.evidence}};
}

static Json to_json(const Look& look) {
    Json out{{"tool", look.tool}, {"arguments", look.arguments}};
    if (!look.evidence.empty()) out["evidence"] = look.evidence;
    return out;
}

static Json to_json(const PlantedOrder& order) {
    Json out{{"source", order.source}, {"kind", order.kind}, {"excerpt", order.excerpt}};
    if (!order.evidence.empty()) out["evidence"] = order.evidence;
    return out;
}

static Json to_json(const Reasoning& reasoning) {
    return {{"ended", reasoning.ended},
            {"note", reasoning.note},
            {"model", reasoning.model},
            {"iterations", reasoning.iterations},
            {"calls", reasoning.calls},
            {"failedCalls", reasoning.failed},
            {"toolCalls", reasoning.tool_calls},
            {"repeats", reasoning.repeats},
            {"compactions", reasoning.compactions},
            {"tokens",
             {{"input", reasoning.tokens.input},
              {"cached", reasoning.tokens.cached},
              {"cacheWrite", reasoning.tokens.cache_write},
              {"output", reasoning.tokens.output}}},
            {"cost", {{"amount", reasoning.cost}, {"currency", reasoning.currency}}},
            {"statements",
             {{"proven", reasoning.proven},
              {"unproven", reasoning.unproven},
              {"contradicted", reasoning.contradicted},
              {"removed", reasoning.removed}}},
            {"cut", reasoning.cut},
            {"hypotheses", list(reasoning.hypotheses)},
            {"looks", list(reasoning.looks)},
            {"planted", list(reasoning.planted)}};
}

static Json to_json(const AffectedService& service) {
    return {{"entity", to_json(service.entity)},
            {"symptom", service.symptom},
            {"evidence", service.evidence}};
}

static Json to_json(const UserImpact& users) {
    Json out{{"known", users.known}, {"statement", users.statement}, {"evidence", users.evidence}};
    if (!users.known) return out;
    out["countedBy"] = users.counted_by;
    out["seen"] = users.seen;
    out["affected"] = users.affected;
    out["share"] = users.seen == 0
                       ? 0.0
                       : static_cast<double>(users.affected) / static_cast<double>(users.seen);
    out["usualShare"] = users.usual;
    out["estimated"] = users.estimated;
    return out;
}

static Json to_json(const Impact& impact) {
    Json out{{"severity", name(impact.severity)},
             {"urgency", impact.urgency},
             {"statement", impact.statement},
             {"services", list(impact.services)}};
    if (impact.users) out["users"] = to_json(*impact.users);
    return out;
}

static Json to_json(const TimelineEntry& entry) {
    return {{"time", base::format_rfc3339(entry.time)},
            {"kind", entry.kind},
            {"statement", entry.statement},
            {"evidence", entry.evidence}};
}

static Json to_json(const Recommendation& recommendation) {
    return {{"statement", recommendation.statement},
            {"command", recommendation.command},
            {"changesSomething", recommendation.changes_something},
            {"evidence", recommendation.evidence}};
}

static Json to_json(const SimilarIncident& similar) {
    return {{"incident", similar.incident},
            {"title", similar.title},
            {"openedAt", base::format_rfc3339(similar.opened_at)},
            {"similarity", rounded(similar.similarity)},
            {"shared", similar.shared},
            {"class", similar.cause_class},
            {"entity", to_json(similar.cause_entity)}};
}

static Json to_json(const SuspectLine& line) {
    return {{"file", line.file.empty() ? Json(nullptr) : Json(line.file)},
            {"line", line.line == 0 ? Json(nullptr) : Json(line.line)},
            {"removed", line.removed},
            {"text", line.text},
            {"statement", line.statement},
            {"suggestion", line.suggestion},
            {"evidence", line.evidence}};
}

static Json to_json(const SuspectChange& change) {
    return {{"kind", change.kind},
            {"ref", change.ref},
            {"summary", change.summary},
            {"author", change.author},
            {"entity", to_json(change.entity)},
            {"time", base::format_rfc3339(change.time)},
            {"live", optional_time(change.live)},
            {"share", rounded(change.share)},
            {"reasons", change.reasons},
            {"against", change.against},
            {"lines", list(change.lines)},
            {"evidence", change.evidence}};
}

static Json to_json(const Evidence& evidence) {
    return {{"id", evidence.id},
            {"title", evidence.title},
            {"source", evidence.source},
            {"scope", to_json(evidence.scope)},
            {"range",
             {{"start", base::format_rfc3339(evidence.range.start)},
              {"end", base::format_rfc3339(evidence.range.end)}}},
            {"query", evidence.query},
            {"digest", evidence.digest},
            {"content", evidence.content}};
}

namespace {

// The public shape says times as people read them; incident.json of a snapshot keeps integers.
Json incident_head(const Incident& incident) {
    Json out = to_json(incident);
    out.erase("formatVersion");
    out["title"] = title(incident);
    out["openedAt"] = base::format_rfc3339(incident.opened_at);
    if (incident.resolved_at != 0) out["resolvedAt"] = base::format_rfc3339(incident.resolved_at);
    for (auto& [key, value] : out["window"].items())
        value = base::format_rfc3339(value.get<Nanos>());
    return out;
}

}  // namespace

std::string_view name(Level level) {
    switch (level) {
        case Level::Code:
            return "code";
        case Level::Config:
            return "config";
        case Level::Infrastructure:
            return "infrastructure";
        case Level::Dependency:
            return "dependency";
    }
    return "infrastructure";
}

std::string_view name(Severity severity) {
    switch (severity) {
        case Severity::None:
            return "none";
        case Severity::Info:
            return "info";
        case Severity::Warning:
            return "warning";
        case Severity::Critical:
            return "critical";
    }
    return "none";
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::Cause:
            return "cause";
        case Verdict::Several:
            return "several";
        case Verdict::NotEnoughEvidence:
            return "not_enough_evidence";
        case Verdict::NothingWrong:
            return "nothing_wrong";
    }
    return "not_enough_evidence";
}

std::string_view name(Proof proof) {
    switch (proof) {
        case Proof::Proven:
            return "proven";
        case Proof::Unproven:
            return "unproven";
        case Proof::Contradicted:
            return "contradicted";
    }
    return "unproven";
}

Json to_json(const Report& report) {
    Json evidence = Json::object();
    for (const Evidence& item : report.evidence) evidence[item.id] = to_json(item);
    Json out{{"incident", incident_head(report.incident)},
             {"verdict", name(report.verdict)},
             {"confidence", rounded(report.confidence)},
             {"summary", report.summary},
             {"causes", list(report.causes)},
             {"clues", list(report.clues)},
             {"impact", to_json(report.impact)},
             {"timeline", list(report.timeline)},
             {"coverage", list(report.coverage)},
             {"recommendations", list(report.recommendations)},
             {"toCollect", report.to_collect},
             {"evidence", std::move(evidence)},
             {"claims",
              {{"checked", report.claims.checked},
               {"proven", report.claims.proven},
               {"removed", report.claims.removed}}},
             {"version", report.version}};
    // What a run may do without is left out rather than empty: reports stay as they were without
    // it.
    if (!report.similar.empty()) out["similar"] = list(report.similar);
    if (!report.changes.empty()) out["changes"] = list(report.changes);
    if (report.reasoning) out["reasoning"] = to_json(*report.reasoning);
    return out;
}

const Evidence* find_evidence(const Report& report, std::string_view id) {
    const auto it = std::find_if(report.evidence.begin(), report.evidence.end(),
                                 [&](const Evidence& evidence) { return evidence.id == id; });
    return it == report.evidence.end() ? nullptr : &*it;
}

}  // namespace insight::model
