// What statements that were looked up do to probabilities and to the verdict.
//
// No labelled incident says how often a statement of a language model that stood the check was
// about the right cause, so these steps cannot be fitted. They are chosen, and held within what is
// fitted:
//
// - A proof counts e^0.4, and never more than the weakest kind of clue that the engine has a fitted
//   weight for (traffic, latency, errors, resource, logs), brought to calibrated log-odds. A
//   statement says again what is recorded; it may not weigh more than the record's own clue.
// - Two proofs count, further ones do not: what several statements say is mostly one thing.
// - A contradiction or a proven objection counts e^-0.5, three of them at most: doubt is cheaper
//   than certainty.
// - A cause that the engine had not takes at most half of the probability which the engine itself
//   gives to "none of these".
// - Nothing rises above weights().most, the certainty that the number of labelled incidents carries
//   (rule of three); what the engine put above it stays and is not raised.
#pragma once

#include "agent/reasoning/court.h"

namespace insight::agent::reasoning {

// Log-odds of one proof, as described above.
double step_of_proof();

// A calibrated probability after what was heard for a cause, and `objections` proven against it.
double moved(double probability, const Heard& heard, int objections);

// What the engine left unexplained: 1 less its best cause. It calibrates each cause by itself, as
// several may be right.
double left_by(const std::vector<model::Cause>& causes);

// Where a new cause starts, of what is unexplained.
double start_of_new_cause(double unexplained);

// The verdict and its confidence again, where the first cause is another one or weighs otherwise
// than `before` (its probability before anything was heard). As the engine's judgement.
void judge_again(model::Report& report, const model::Cause& first_before, double before);

}  // namespace insight::agent::reasoning
