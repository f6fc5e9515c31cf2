#include "analysis/changes/symptoms.h"

#include <algorithm>

#include "analysis/changes/words.h"
#include "analysis/entity.h"

namespace insight::analysis::changes {
namespace {

constexpr std::size_t kMostSymptoms = 400;
constexpr std::size_t kMaxText = 4'096;
constexpr double kHurts = 0.3;   // harm from which somebody may be hurt
constexpr double kSure = 0.5;    // weight from which an onset counts
constexpr double kLikely = 0.2;  // … where none reaches that; below it, the alert is surer

// Values of labels that say where or how a series was taken, not what it is about.
bool is_place(const std::string& key) {
    static const std::set<std::string> kKeys{"service.name", "service",   "app",      "pod",
                                             "job",          "instance",  "cluster",  "namespace",
                                             "severity",     "sentiment", "quantile", "le"};
    return kKeys.contains(key);
}

void append(std::string& text, const std::string& more) {
    if (text.size() < kMaxText) text += "\n" + more.substr(0, kMaxText - text.size());
}

// The words of what was collected, not ours: log lines, statements, names and label values.
void append_content(std::string& text, const base::Json& content) {
    if (const auto lines = content.find("lines"); lines != content.end() && lines->is_array())
        for (const base::Json& line : *lines)
            if (line.is_object()) append(text, base::text_at(line, "body"));
    if (const auto rows = content.find("rows"); rows != content.end() && rows->is_array())
        for (const base::Json& row : *rows)
            if (row.is_array())
                for (const base::Json& cell : row)
                    if (cell.is_string()) append(text, cell.get_ref<const std::string&>());
    if (base::text_at(content, "kind") == "series") append(text, base::text_at(content, "name"));
    if (const auto labels = content.find("labels"); labels != content.end() && labels->is_object())
        for (const auto& [key, value] : labels->items())
            if (value.is_string() && !is_place(key))
                append(text, value.get_ref<const std::string&>());
}

void add_aspect(const Finding& finding, Effects& effects) {
    const auto set = [&](Effect effect) { effects.at(static_cast<std::size_t>(effect)) = 1; };
    switch (finding.aspect) {
        case Aspect::Latency:
            return set(Effect::Latency);
        case Aspect::Errors:
            return set(Effect::Errors);
        case Aspect::Eviction:
            return set(Effect::CacheMiss);
        case Aspect::Availability:
            return set(Effect::Replicas);
        case Aspect::Throughput:
            return set(Effect::Throughput);
        default:
            return;
    }
}

double weight_of(const Finding& finding) {
    const double clear =
        std::max(finding.clue.strength, std::min(1.0, std::max(0.0, finding.surprise) / 10));
    return clear * (finding.clue.current ? 1 : 0.3);
}

Symptom of_finding(const Finding& finding, const EvidenceBook& book) {
    Symptom symptom;
    symptom.finding = &finding;
    symptom.entity = finding.clue.entity.name;
    // What fell silent says when it was last heard, not when it went wrong.
    if (finding.clue.kind.find("vanish") == std::string::npos) symptom.onset = finding.clue.onset;
    symptom.weight = weight_of(finding);
    symptom.harmful = finding.harm >= kHurts;
    symptom.text = finding.clue.statement.substr(0, kMaxText);
    for (std::size_t i = 0; i < finding.clue.evidence.size() && i < 4; ++i)
        if (const model::Evidence* evidence = book.find(finding.clue.evidence[i]))
            if (evidence->content.is_object()) append_content(symptom.text, evidence->content);
    symptom.effects = effects_in(symptom.text);
    add_aspect(finding, symptom.effects);
    return symptom;
}

Symptom of_alert(const model::Alert& alert) {
    Symptom symptom;
    symptom.entity = entity_of(alert.labels).name;
    symptom.weight = 1;
    symptom.harmful = true;
    for (const model::Labels* labels : {&alert.labels, &alert.annotations})
        for (const auto& [key, value] : *labels)
            if (!is_place(key) && key.find("url") == std::string::npos) append(symptom.text, value);
    symptom.effects = effects_in(symptom.text);
    return symptom;
}

void gather(Symptoms& into) {
    for (const Symptom& symptom : into.all) {
        for (std::size_t i = 0; i < kEffects; ++i)
            into.effects[i] = std::max(into.effects[i], symptom.effects[i] * symptom.weight);
        for (const std::string& word : words_of(symptom.text)) {
            double& weight = into.words[word];
            weight = std::max(weight, symptom.weight);
        }
        for (const std::string& word : quoted_in(symptom.text)) {
            double& weight = into.quoted[word];
            weight = std::max(weight, symptom.weight);
        }
        // The alert names what it speaks of; that it is abnormal is for the signals to say.
        if (symptom.entity.empty() || !symptom.onset) continue;
        double& weight = into.entities[symptom.entity];
        weight = std::max(weight, symptom.weight);
    }
    for (const Symptom& symptom : into.all) {
        if (!symptom.onset) continue;
        for (std::size_t i = 0; i < kEffects; ++i) {
            if (symptom.effects[i] * symptom.weight < 0.5 * into.effects[i] ||
                symptom.effects[i] == 0)
                continue;
            auto& first = into.first[i];
            if (!first || *symptom.onset < *first) first = symptom.onset;
        }
    }
}

}  // namespace

Symptoms symptoms_of(const model::Incident& incident, const Detection& detection,
                     std::vector<Symptom> hints) {
    Symptoms symptoms;
    for (const model::Alert& alert : incident.alerts) {
        if (symptoms.all.size() >= 20) break;
        symptoms.all.push_back(of_alert(alert));
    }
    symptoms.subject = incident.alerts.empty() ? incident.service : symptoms.all.front().entity;
    std::vector<Symptom> found;
    for (const Finding& finding : detection.findings)
        found.push_back(of_finding(finding, detection.evidence));
    std::move(hints.begin(), hints.end(), std::back_inserter(found));
    std::stable_sort(found.begin(), found.end(),
                     [](const Symptom& a, const Symptom& b) { return a.weight > b.weight; });
    if (found.size() > kMostSymptoms) found.resize(kMostSymptoms);
    double clearest = 0;  // below kSure the clearest has to do
    for (const Symptom& symptom : found)
        if (symptom.onset && symptom.harmful) clearest = std::max(clearest, symptom.weight);
    std::optional<model::Nanos> onset;
    for (Symptom& symptom : found) {
        if (symptom.onset && symptom.harmful && symptom.weight >= kLikely &&
            symptom.weight >= std::min(kSure, clearest) && (!onset || *symptom.onset < *onset))
            onset = symptom.onset;
        symptoms.all.push_back(std::move(symptom));
    }
    symptoms.onset = onset.value_or(incident.alerts.empty() ? incident.window.end
                                                            : incident.alerts.front().starts_at);
    gather(symptoms);
    return symptoms;
}

}  // namespace insight::analysis::changes
