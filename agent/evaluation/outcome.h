// One case, evaluated: what the engine said, and how right that was.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/evaluation/blame.h"

namespace insight::evaluation {

enum class Kind { Entity, Change, NoChange, Healthy };

std::string_view name(Kind kind);

// Something stated with a probability, and whether it came true.
struct Statement {
    double stated = 0;
    bool right = false;
};

// The answers to one question, and where the right one stands (1 is best; empty: nowhere).
struct Position {
    std::vector<Blamed> answers;
    std::optional<double> rank;
    std::optional<double> prior_rank;  // of the baseline that never looks
};

struct Outcome {
    LabelledCase label;
    Kind kind = Kind::Entity;
    std::string skipped;  // why it was not evaluated; empty: it was
    std::string failed;   // why there is no report; it counts as wrong
    model::Verdict verdict = model::Verdict::NotEnoughEvidence;
    double confidence = 0;
    std::string summary;
    std::optional<Position> entity;  // which service is at fault
    std::optional<Position> change;  // which change is to blame
    // noChange: the first cause blames no change; healthy: the verdict is nothing_wrong.
    std::optional<bool> refrained;
    // The first cause with its probability, or "nothing is wrong" with its confidence. Empty where
    // nothing was stated or the labels cannot tell.
    std::optional<Statement> first;
    // The report's confidence in its verdict, for verdicts that state something.
    std::optional<Statement> verdict_stated;
    std::string blamed_change;  // of the first cause, where the verdict carries one
    double read_seconds = 0;
    double engine_seconds = 0;

    // Of the case's main question: the entity where one is labelled, else the change, else 1 where
    // the report refrained rightly.
    [[nodiscard]] std::optional<double> rank() const;
    [[nodiscard]] std::optional<double> prior_rank() const;
};

// Judges a report. `cases[index]` is its label; the others make the baseline.
Outcome judge(const std::vector<LabelledCase>& cases, std::size_t index, const Pods& pods,
              const model::Report& report);

// A case without a report: wrong (`failed`) or left out (`skipped`).
Outcome without_report(const std::vector<LabelledCase>& cases, std::size_t index);

}  // namespace insight::evaluation
