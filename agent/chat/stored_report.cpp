#include "agent/chat/stored_report.h"

#include <algorithm>

namespace insight::agent::chat {
namespace {

using base::Json;

model::Entity entity_of(const Json& holder) {
    const Json& entity = base::object_at(holder, "entity");
    return {base::text_at(entity, "kind"), base::text_at(entity, "name")};
}

}  // namespace

model::Evidence evidence_of(const std::string& id, const Json& json) {
    model::Evidence out;
    out.id = id;
    out.title = base::text_at(json, "title");
    out.source = base::text_at(json, "source");
    out.query = base::text_at(json, "query");
    out.digest = base::text_at(json, "digest");
    const Json& range = base::object_at(json, "range");
    if (const auto start = base::parse_rfc3339(base::text_at(range, "start")))
        out.range.start = *start;
    if (const auto end = base::parse_rfc3339(base::text_at(range, "end"))) out.range.end = *end;
    out.content = json.contains("content") ? json.at("content") : Json();
    return out;
}

model::Report report_for_tools(const Json& report) {
    model::Report out;
    if (auto incident = model::incident_from_json(base::object_at(report, "incident")))
        out.incident = std::move(*incident);
    out.incident.id = base::text_at(base::object_at(report, "incident"), "id");
    out.summary = base::text_at(report, "summary");
    for (const Json& cause : base::array_at(report, "causes")) {
        model::Cause& one = out.causes.emplace_back();
        one.entity = entity_of(cause);
        one.cause_class = base::text_at(cause, "class");
        one.statement = base::text_at(cause, "statement");
        one.probability = base::number_at(cause, "probability");
    }
    for (const Json& clue : base::array_at(report, "clues")) {
        model::Clue& one = out.clues.emplace_back();
        one.entity = entity_of(clue);
        one.kind = base::text_at(clue, "kind");
        one.statement = base::text_at(clue, "statement");
    }
    for (const auto& [id, evidence] : base::object_at(report, "evidence").items())
        out.evidence.push_back(evidence_of(id, evidence));
    std::sort(out.evidence.begin(), out.evidence.end(),
              [](const model::Evidence& a, const model::Evidence& b) {
                  // E2 before E10: an object of JSON has them in the order of the alphabet.
                  return a.id.size() != b.id.size() ? a.id.size() < b.id.size() : a.id < b.id;
              });
    return out;
}

}  // namespace insight::agent::chat
