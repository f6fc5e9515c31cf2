// What a model may propose: a typed catalogue. The words and the command are ours, the model only
// chooses an entry, its target and its parameters; nothing of it is done by proposing it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/model/report.h"

namespace insight::agent::reasoning {

struct ProposedAction {
    std::string action;
    std::string target;
    base::Json parameters = base::Json::object();
    std::vector<std::string> evidence;
};

// Every name of the catalogue, for the answer's schema.
base::Json action_names();
// A line for each, for the prompt: name, parameters, what it means.
std::string catalogue_text();

// What an incident knows of the things that something may be done to; names in lower case.
struct Targets {
    std::set<std::string> names;
    std::map<std::string, std::string> kinds;  // as kubectl calls them; of others nobody knows
    model::Scope scope;
};

// What is done to an object of a cluster has a command only where the object's kind is known; else
// the statement says that it is not. Errors: Invalid: no such action, a target that is no known
// entity or of a kind that nobody can do that to, or a parameter that is not what it must be.
base::Result<model::Recommendation> recommendation_of(const ProposedAction& action,
                                                      const Targets& targets);

}  // namespace insight::agent::reasoning
