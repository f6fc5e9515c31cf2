// Whether the evidence that a statement cites says what it says.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/reasoning/testimony.h"

namespace insight::agent::reasoning {

struct Finding {
    model::Proof proof = model::Proof::Unproven;
    std::vector<std::string> missing;  // parts that no cited evidence says
    bool anything = false;             // at least one part was found
};

// Proven: every quotation, time, number (with its unit), name and word that means something is said
// by the cited evidence; numbers and words stand in a record of the names that they are said of,
// and what is told as one thing stands in one record; a count is a count of what the statement
// counts, a rate a rate; times are those of what is told then; what is said to have risen or fallen
// did; what is denied is denied there. Contradicted: the evidence says the opposite, or a series
// that never was where the statement puts it. Why something happened is said by no evidence: a
// statement with "because" is never proven. Unproven: the rest.
//
// `names` are the entities that are known, in lower case. Pure. It errs to the side of "unproven".
Finding prove(const std::string& statement, const std::vector<const model::Evidence*>& cited,
              const std::set<std::string>& names);

}  // namespace insight::agent::reasoning
