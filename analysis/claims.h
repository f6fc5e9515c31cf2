// Nothing unproven is shown as fact: what a statement says is looked up in the evidence it cites.
#pragma once

#include <string>
#include <vector>

#include "core/model/report.h"

namespace insight::analysis {

// The parts of `statement` that occur in none of the cited evidence: quoted text, times of day,
// identifiers (words with _ . - or / inside) and numbers. A number is found when some number of the
// evidence, in any of the units people use (seconds as ms, bytes as MiB, shares as %), rounds to
// it.
std::vector<std::string> unproven_parts(const std::string& statement,
                                        const std::vector<const model::Evidence*>& cited);

// Checks every cause, clue and timeline entry. A clue or entry with an unproven part is removed; a
// cause keeps its place and says which parts are unproven. All are counted in report.claims.
void check_claims(model::Report& report);

}  // namespace insight::analysis
