#include "agent/evaluation/summary.h"

#include <cmath>

#include "agent/evaluation/position.h"
#include "agent/evaluation/score.h"

namespace insight::evaluation {
namespace {

using base::Json;

// Enough digits to compare, few enough to read.
double rounded(double value) {
    return std::round(value * 1e6) / 1e6;
}

Json interval_of(double share, std::size_t count) {
    const Bounds bounds = wilson(share * static_cast<double>(count), static_cast<double>(count));
    return {rounded(bounds.low), rounded(bounds.high)};
}

void put(Json& out, const Accuracy& accuracy, bool intervals) {
    out["cases"] = accuracy.cases;
    for (const std::size_t k : {1U, 3U, 5U}) {
        const std::string key = "ac" + std::to_string(k);
        const double share = accuracy.ac.at(k - 1);
        out[key] = accuracy.cases == 0 ? Json() : Json(rounded(share));
        if (intervals && accuracy.cases > 0)
            out[key + "Interval"] = interval_of(share, accuracy.cases);
    }
    out["avg5"] = accuracy.cases == 0 ? Json() : Json(rounded(accuracy.avg5));
    out["mrr"] = accuracy.cases == 0 ? Json() : Json(rounded(accuracy.mrr));
}

Json to_json(const Accuracy& accuracy, bool intervals) {
    Json out = Json::object();
    put(out, accuracy, intervals);
    return out;
}

Json to_json(const Share& share) {
    Json out{{"cases", share.count}, {"right", share.right}};
    if (share.count == 0) return out;
    const double part = static_cast<double>(share.right) / static_cast<double>(share.count);
    out["share"] = rounded(part);
    out["interval"] = interval_of(part, share.count);
    return out;
}

Json to_json(const Calibration& calibration) {
    Json bins = Json::array();
    for (const Bin& bin : calibration.bins)
        bins.push_back({{"from", bin.from},
                        {"to", bin.to},
                        {"count", bin.count},
                        {"stated", rounded(bin.stated)},
                        {"right", rounded(bin.right)}});
    return bins;
}

void put(Json& out, const Calibration& calibration) {
    const bool any = calibration.count > 0;
    out["stated"] = calibration.count;
    out["brier"] = any ? Json(rounded(calibration.brier)) : Json();
    out["ece"] = any ? Json(rounded(calibration.ece)) : Json();
}

Json to_json(const Scores& scores) {
    Json out = Json::object();
    put(out, scores.all, true);
    put(out, scores.first);
    out["calibration"] = to_json(scores.first);
    out["verdictConfidence"] = Json::object();
    put(out["verdictConfidence"], scores.verdict);
    out["verdictConfidence"]["calibration"] = to_json(scores.verdict);
    out["highConfidence"] = to_json(scores.high);
    if (scores.entities.cases > 0) out["entities"] = to_json(scores.entities, true);
    if (scores.changes.cases > 0) out["changes"] = to_json(scores.changes, true);
    if (scores.no_change.count > 0) out["noChange"] = to_json(scores.no_change);
    if (scores.healthy.count > 0) out["healthy"] = to_json(scores.healthy);
    if (scores.prior.cases > 0) out["prior"] = to_json(scores.prior, false);
    Json macros = Json::object();
    if (scores.by_service.cases > 0) macros["byService"] = to_json(scores.by_service, false);
    if (scores.by_fault.cases > 0) macros["byFault"] = to_json(scores.by_fault, false);
    if (!macros.empty()) out["macro"] = std::move(macros);
    out["verdicts"] = scores.verdicts;
    out["skipped"] = scores.skipped;
    out["failed"] = scores.failed;
    out["secondsPerCase"] = rounded(scores.seconds_per_case);
    out["readSecondsPerCase"] = rounded(scores.read_seconds_per_case);
    out["engineSecondsPerCase"] = rounded(scores.engine_seconds_per_case);
    return out;
}

Json to_json(const Position& position) {
    Json answers = Json::array();
    for (const Blamed& answer : position.answers) {
        Json one{{"entity", answer.entity},
                 {"probability", answer.probability},
                 {"right", answer.right}};
        if (!answer.change.empty()) one["change"] = answer.change;
        answers.push_back(std::move(one));
    }
    return {{"rank", position.rank ? Json(*position.rank) : Json()},
            {"priorRank", position.prior_rank ? Json(*position.prior_rank) : Json()},
            {"answers", std::move(answers)}};
}

Json to_json(const Outcome& outcome) {
    Json out{{"snapshot", outcome.label.snapshot},
             {"group", outcome.label.group},
             {"kind", name(outcome.kind)}};
    if (!outcome.skipped.empty()) {
        out["skipped"] = outcome.skipped;
        return out;
    }
    if (!outcome.failed.empty()) {
        out["failed"] = outcome.failed;
        return out;
    }
    out["rank"] = outcome.rank() ? Json(*outcome.rank()) : Json();
    out["verdict"] = name(outcome.verdict);
    out["confidence"] = outcome.confidence;
    out["summary"] = outcome.summary;
    if (outcome.entity) out["entities"] = to_json(*outcome.entity);
    if (outcome.change) out["changes"] = to_json(*outcome.change);
    if (outcome.refrained) out["refrained"] = *outcome.refrained;
    if (!outcome.blamed_change.empty()) out["blamedChange"] = outcome.blamed_change;
    out["readSeconds"] = rounded(outcome.read_seconds);
    out["engineSeconds"] = rounded(outcome.engine_seconds);
    return out;
}

Json notes_of(const Scores& scores) {
    Json notes = Json::array();
    if (scores.skipped > 0)
        notes.push_back(std::to_string(scores.skipped) +
                        " cases have no labelled onset and were left out: only --onset detected "
                        "takes them");
    if (scores.failed > 0)
        notes.push_back(std::to_string(scores.failed) +
                        " snapshots could not be read and count as wrong");
    return notes;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
    std::vector<const Outcome*> all;
    for (const Outcome& outcome : evaluation.outcomes) all.push_back(&outcome);
    const Scores scores = score(all);
    Json out = to_json(scores);
    out["onset"] = name(evaluation.onset);
    out["peakMegabytes"] = rounded(evaluation.peak_megabytes);
    out["notes"] = notes_of(scores);
    Json groups = Json::object();
    for (const auto& [group, outcomes] : by_group(evaluation.outcomes))
        groups[group] = to_json(score(outcomes));
    out["groups"] = std::move(groups);
    Json results = Json::array();
    for (const Outcome& outcome : evaluation.outcomes) results.push_back(to_json(outcome));
    out["results"] = std::move(results);
    return out;
}

Json features_of(const LabelledCase& label, const Pods& pods, const agent::Analysis& analysis) {
    std::vector<Blamed> answers;
    for (const auto& candidate : analysis.ranking.candidates)
        // Candidates before any is left out of the report: weights are fitted on what was weighed,
        // not on what was shown.
        answers.push_back({candidate.cause.entity.name,
                           candidate.change == nullptr ? "" : candidate.change->ref,
                           candidate.probability, false});
    if (label.names_entity())
        judge_entities(label, pods, answers);
    else
        judge_changes(label, answers);
    Json causes = Json::array();
    for (const LabelledCause& cause : label.causes)
        causes.push_back(
            {{"service", cause.service}, {"pod", cause.pod}, {"change", cause.change}});
    Json candidates = Json::array();
    for (std::size_t i = 0; i < answers.size(); ++i) {
        Json features = Json::object();
        const auto& values = analysis.ranking.candidates[i].features;
        for (std::size_t j = 0; j < values.size(); ++j)
            features[std::string(
                analysis::ranking::text_of(static_cast<analysis::ranking::Feature>(j)).key)] =
                values.at(j);
        Json one{{"entity", answers[i].entity},
                 {"class", analysis.ranking.candidates[i].cause.cause_class},
                 {"probability", answers[i].probability},
                 {"right", answers[i].right},
                 {"features", std::move(features)}};
        if (!answers[i].change.empty()) one["change"] = answers[i].change;
        candidates.push_back(std::move(one));
    }
    return {{"case", label.snapshot},
            {"group", label.group},
            {"label",
             {{"causes", std::move(causes)},
              {"healthy", label.healthy},
              {"noChange", label.no_change}}},
            {"unexplained", analysis.ranking.unexplained},
            {"verdict", name(analysis.report.verdict)},
            {"candidates", std::move(candidates)}};
}

}  // namespace insight::evaluation
