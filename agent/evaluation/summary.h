// An evaluation for machines and for people.
#pragma once

#include <string>

#include "agent/evaluation/evaluate.h"
#include "core/base/json.h"

namespace insight::evaluation {

// {onset, cases, ac1, ac1Interval, ac3, …, avg5, mrr, brier, ece, secondsPerCase,
//  readSecondsPerCase, engineSecondsPerCase, peakMegabytes, entities{}, changes{}, noChange{},
//  healthy{}, prior{}, macro{byService, byFault}, highConfidence{}, calibration[], verdicts{},
//  groups{name: the same}, results[], notes[]}. Numbers over nothing are null.
base::Json to_json(const Evaluation& evaluation);

// A table of the same, for a terminal.
std::string to_text(const Evaluation& evaluation);

// One line of the features' file: {case, group, label, candidates[{entity, class, change?,
// probability, right, features{}}]}.
base::Json features_of(const LabelledCase& label, const Pods& pods,
                       const agent::Analysis& analysis);

}  // namespace insight::evaluation
