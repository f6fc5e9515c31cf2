#include "agent/evaluation/outcome.h"

#include "agent/evaluation/position.h"

namespace insight::evaluation {
namespace {

using model::Verdict;

Kind kind_of(const LabelledCase& label) {
    if (label.healthy) return Kind::Healthy;
    if (label.names_entity()) return Kind::Entity;
    return label.names_change() ? Kind::Change : Kind::NoChange;
}

Outcome blank(const LabelledCase& label) {
    Outcome out;
    out.label = label;
    out.kind = kind_of(label);
    if (label.names_entity()) out.entity.emplace();
    if (label.names_change()) out.change.emplace();
    if (label.healthy || label.no_change) out.refrained = false;
    return out;
}

bool right_within(const std::vector<Blamed>& answers, std::size_t count) {
    for (std::size_t i = 0; i < answers.size() && i < count; ++i)
        if (answers[i].right) return true;
    return false;
}

// Whether the first `count` answers hold a right one; empty where the labels cannot tell.
std::optional<bool> right_in_first(const Outcome& out, std::size_t count) {
    if (out.kind == Kind::Healthy) return false;
    if (out.entity) return right_within(out.entity->answers, count);
    if (out.change) return right_within(out.change->answers, count);
    // Only that no change is to blame is known; who is instead is not.
    if (!out.blamed_change.empty()) return false;
    return std::nullopt;
}

void state(Outcome& out, const std::vector<Blamed>& blamed) {
    if (out.verdict == Verdict::NothingWrong) {
        out.first = out.verdict_stated = Statement{out.confidence, out.kind == Kind::Healthy};
        return;
    }
    if (blamed.empty()) return;
    if (const auto right = right_in_first(out, 1))
        out.first = Statement{blamed.front().probability, *right};
    if (out.verdict == Verdict::NotEnoughEvidence) return;
    // "Several" states that the right one is among the first two.
    if (const auto right = right_in_first(out, out.verdict == Verdict::Several ? 2 : 1))
        out.verdict_stated = Statement{out.confidence, *right};
}

}  // namespace

std::string_view name(Kind kind) {
    switch (kind) {
        case Kind::Entity:
            return "entity";
        case Kind::Change:
            return "change";
        case Kind::NoChange:
            return "noChange";
        case Kind::Healthy:
            return "healthy";
    }
    return "";
}

std::optional<double> Outcome::rank() const {
    if (entity) return entity->rank;
    if (change) return change->rank;
    return refrained.value_or(false) ? std::optional<double>(1) : std::nullopt;
}

std::optional<double> Outcome::prior_rank() const {
    if (entity) return entity->prior_rank;
    if (change) return change->prior_rank;
    return std::nullopt;
}

Outcome judge(const std::vector<LabelledCase>& cases, std::size_t index, const Pods& pods,
              const model::Report& report) {
    const LabelledCase& label = cases[index];
    Outcome out = without_report(cases, index);
    out.verdict = report.verdict;
    out.confidence = report.confidence;
    out.summary = report.summary;
    const std::vector<Blamed> blamed = blamed_in(report);
    const bool blames = report.verdict == Verdict::Cause || report.verdict == Verdict::Several;
    if (blames && !blamed.empty()) out.blamed_change = blamed.front().change;
    if (out.entity) {
        out.entity->answers = at_services(blamed, pods);
        judge_entities(label, pods, out.entity->answers);
        out.entity->rank = expected_rank(out.entity->answers);
    }
    if (out.change) {
        out.change->answers = at_changes(blamed);
        judge_changes(label, out.change->answers);
        out.change->rank = expected_rank(out.change->answers);
    }
    if (label.no_change) out.refrained = out.blamed_change.empty();
    if (label.healthy) out.refrained = report.verdict == Verdict::NothingWrong;
    state(out, blamed);
    return out;
}

Outcome without_report(const std::vector<LabelledCase>& cases, std::size_t index) {
    Outcome out = blank(cases[index]);
    if (out.entity) out.entity->prior_rank = prior_entity_rank(cases, index);
    if (out.change) out.change->prior_rank = prior_change_rank(cases, index);
    return out;
}

}  // namespace insight::evaluation
