// A model's answer to a question, and what of it stood the check.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/chat/answers.h"
#include "agent/reasoning/shelf.h"

namespace insight::agent::chat {

struct Claim {
    std::string text;
    std::vector<std::string> evidence;
};

struct Claims {
    std::vector<Claim> statements;
    std::vector<std::string> missing;  // what would have to be collected
};

const base::Json& claims_schema();

// One JSON object, alone or in a fence; what is beyond the limits is left out. Errors: Invalid, in
// words that the model can act on.
base::Result<Claims> claims_from(const std::string& text);

// Proven statements with their ids; then, marked as such, those that the evidence does not say.
// Contradicted ones and those that cite nothing are counted in a note. Nothing: none was proven.
// Evidence that is not of the report (`reported`) is cited by the id under which it can be kept.
std::optional<Answer> checked(const Claims& claims, const reasoning::Shelf& shelf,
                              const std::set<std::string>& names,
                              const std::set<std::string>& reported);

}  // namespace insight::agent::chat
