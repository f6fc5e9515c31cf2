#include "agent/reasoning/brief.h"

#include <fmt/format.h>

#include "agent/reasoning/bounded.h"
#include "agent/reasoning/fence.h"
#include "agent/reasoning/prompts.h"
#include "agent/reasoning/tally.h"
#include "analysis/entity.h"

namespace insight::agent::reasoning {
namespace {

using base::Json;

// The engine puts what is strong and hurts first (analysis/detect.cpp): what is left out is weak,
// and a model can ask for it.
constexpr std::size_t kClues = 15;
constexpr std::size_t kShown = 12;           // evidence with content
constexpr std::size_t kEvidenceBytes = 700;  // of each
constexpr std::size_t kServices = 40;

std::string time_text(const std::optional<model::Nanos>& time) {
    return time ? base::format_rfc3339(*time) : std::string();
}

std::string incident_text(const model::Incident& incident) {
    Json data{{"title", cell(title(incident), 300)},
              {"windowStart", base::format_rfc3339(incident.window.start)},
              {"windowEnd", base::format_rfc3339(incident.window.end)},
              {"baselineStart", base::format_rfc3339(incident.window.baseline_start)},
              {"baselineEnd", base::format_rfc3339(incident.window.baseline_end)}};
    if (!incident.scope.cluster.empty()) data["cluster"] = incident.scope.cluster;
    if (!incident.scope.space.empty()) data["namespace"] = incident.scope.space;
    if (!incident.question.empty()) data["question"] = cell(incident.question, 2'000);
    if (!incident.service.empty()) data["service"] = incident.service;
    for (std::size_t i = 0; i < incident.alerts.size() && i < 5; ++i) {
        const model::Alert& alert = incident.alerts[i];
        Json one{{"startsAt", base::format_rfc3339(alert.starts_at)}};
        for (const auto& [key, value] : alert.labels) one["labels"][key] = cell(value, 200);
        for (const auto& [key, value] : alert.annotations)
            one["annotations"][key] = cell(value, 400);
        data["alerts"].push_back(std::move(one));
    }
    if (incident.alerts.size() > 5) data["furtherAlerts"] = incident.alerts.size() - 5;
    return fenced("the incident", data);
}

Json cause_json(const model::Cause& cause) {
    Json out{{"entity", cause.entity.name},
             {"entityKind", cause.entity.kind},
             {"class", cause.cause_class},
             {"level", name(cause.level)},
             {"probability", std::round(cause.probability * 100) / 100},
             {"statement", cell(cause.statement, 500)},
             {"evidence", cause.evidence}};
    if (cause.onset) out["onset"] = time_text(cause.onset);
    for (const model::Objection& objection : cause.against)
        out["against"].push_back(
            {{"statement", cell(objection.statement, 300)}, {"evidence", objection.evidence}});
    return out;
}

// Probabilities with two digits: more of them would look like knowledge.
std::string report_text(const model::Report& report) {
    Json data{{"verdict", name(report.verdict)},
              {"confidence", std::round(report.confidence * 100) / 100},
              {"causes", Json::array()},
              {"clues", Json::array()}};
    for (const model::Cause& cause : report.causes) data["causes"].push_back(cause_json(cause));
    for (std::size_t i = 0; i < report.clues.size() && i < kClues; ++i) {
        const model::Clue& clue = report.clues[i];
        data["clues"].push_back({{"entity", clue.entity.name},
                                 {"kind", clue.kind},
                                 {"statement", cell(clue.statement, 300)},
                                 {"onset", time_text(clue.onset)},
                                 {"stillSo", clue.current},
                                 {"evidence", clue.evidence}});
    }
    if (report.clues.size() > kClues) data["furtherClues"] = report.clues.size() - kClues;
    if (!report.impact.statement.empty()) data["impact"] = cell(report.impact.statement, 300);
    for (const model::SimilarIncident& similar : report.similar)
        data["lookedTheSameBefore"].push_back({{"incident", similar.incident},
                                               {"title", cell(similar.title, 160)},
                                               {"class", similar.cause_class},
                                               {"entity", similar.cause_entity.name}});
    return fenced("the engine's report", data);
}

std::string inventory_text(const Case& of) {
    const model::Signals& signals = of.snapshot.signals;
    Tally services, views, kinds;
    std::set<std::string> metric_names;
    for (const model::Series& series : signals.metrics) {
        metric_names.insert(series.name);
        services.add(analysis::entity_of(series.labels).name);
    }
    for (const model::Span& span : signals.spans)
        if (const auto found = span.attributes.find("service.name"); found != span.attributes.end())
            services.add(found->second);
    for (const model::DatabaseRow& row : signals.databases)
        views.add(row.system + "/" + row.instance + " " + row.view);
    for (const Json& object : signals.resources) kinds.add(base::text_at(object, "kind"));
    Json data{{"logLines", of.snapshot.streamed_logs},
              {"series", signals.metrics.size()},
              {"metricNames", metric_names.size()},
              {"spans", signals.spans.size()},
              {"events", signals.events.size()},
              {"objects", signals.resources.size()},
              {"databaseRows", signals.databases.size()},
              {"changes", signals.changes.size()},
              {"pastIncidents", of.snapshot.history.size()}};
    if (!services.empty()) data["entities"] = services.told(kServices, 0);
    if (!views.empty()) data["databaseViews"] = views.told(30, 0);
    if (!kinds.empty()) data["objectKinds"] = kinds.told(20, 0);
    Json missing = Json::array();
    for (const model::CoverageRow& row : signals.coverage)
        if (row.outcome != model::Outcome::Answered && row.outcome != model::Outcome::Empty &&
            missing.size() < 15)
            missing.push_back({{"source", row.source},
                               {"outcome", name(row.outcome)},
                               {"note", cell(row.note, 160)}});
    if (!missing.empty()) data["notAnsweredInFull"] = std::move(missing);
    return fenced("what was recorded", data);
}

// Cited first by the most likely cause and the strongest clues: those are shown.
std::vector<std::string> important(const model::Report& report) {
    std::vector<std::string> out;
    const auto add = [&](const std::vector<std::string>& ids) {
        for (const std::string& id : ids)
            if (std::find(out.begin(), out.end(), id) == out.end()) out.push_back(id);
    };
    for (const model::Cause& cause : report.causes) add(cause.evidence);
    for (const model::Clue& clue : report.clues) add(clue.evidence);
    return out;
}

// Without what only a chart needs: curves become their figures, and a number six digits.
Json outline(const Json& content) {
    if (content.is_number_float())
        return std::strtod(fmt::format("{:.6g}", content.get<double>()).c_str(), nullptr);
    if (content.is_array()) {
        Json out = Json::array();
        for (const Json& item : content) out.push_back(outline(item));
        return out;
    }
    if (!content.is_object()) return content;
    Json out = Json::object();
    for (const auto& [key, value] : content.items()) {
        if (key == "counts" || key == "countSeconds" || key == "pValue" || key == "distance")
            continue;
        if (key != "points" || !value.is_array()) {
            out[key] = outline(value);
            continue;
        }
        std::vector<double> values;
        for (const Json& point : value)
            if (point.is_array() && point.size() == 2 && point[1].is_number())
                values.push_back(point[1].get<double>());
        if (values.empty()) continue;
        const auto [least, most] = std::minmax_element(values.begin(), values.end());
        out["figures"] = {{"points", values.size()},
                          {"least", outline(*least)},
                          {"most", outline(*most)},
                          {"last", outline(values.back())}};
    }
    return out;
}

std::string evidence_text(const model::Report& report, std::size_t bytes, Memory& memory) {
    std::string out;
    std::set<std::string> shown;
    for (const std::string& id : important(report)) {
        if (shown.size() >= kShown) break;
        const model::Evidence* evidence = model::find_evidence(report, id);
        if (evidence == nullptr) continue;
        Json content = outline(evidence->content);
        const std::size_t cut = bound(content, kEvidenceBytes);
        const std::string text = fenced(*evidence, content);
        // A shorter one further down may still fit.
        if (out.size() + text.size() > bytes) continue;
        out += text + "\n";
        shown.insert(id);
        // Only what was shown whole counts as read: of the rest a model may still ask for more.
        const bool whole = cut == 0 && content == evidence->content;
        if (whole)
            memory.learn(Memory::key("read_evidence", {{"id", id}}),
                         {"read_evidence", {{"id", id}}, id, cell(evidence->title, 160)});
    }
    std::string further;
    std::size_t unlisted = 0;
    for (const model::Evidence& evidence : report.evidence) {
        if (shown.contains(evidence.id)) continue;
        const std::string line = fmt::format("{}: {} ({})\n", evidence.id,
                                             cell(evidence.title, 120), cell(evidence.source, 60));
        if (out.size() + further.size() + line.size() > bytes)
            ++unlisted;
        else
            further += line;
    }
    if (!further.empty()) out += fenced("titles of further evidence", further) + "\n";
    if (unlisted > 0) out += fmt::format("and {} more that the report cites\n", unlisted);
    return out;
}

}  // namespace

std::string brief(const Case& of, const Settings& settings, std::size_t bytes, Memory& memory,
                  bool with_report) {
    const std::string iterations = std::to_string(settings.max_iterations);
    const std::string incident = incident_text(of.report.incident);
    const std::string inventory = inventory_text(of);
    if (!with_report)
        return prompt(
            "brief_bare",
            {{"incident", incident}, {"inventory", inventory}, {"iterations", iterations}});
    const std::string report = report_text(of.report);
    const std::size_t used = incident.size() + inventory.size() + report.size();
    return prompt(
        "brief",
        {{"incident", incident},
         {"report", report},
         {"inventory", inventory},
         {"evidence", evidence_text(of.report, bytes > used + 500 ? bytes - used : 500, memory)},
         {"iterations", iterations}});
}

}  // namespace insight::agent::reasoning
