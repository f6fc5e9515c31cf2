// Text scenarios: collected objects and what must, or must not, be found in them.
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "core/model/signals.h"

namespace insight::test {

using base::Json;

struct Scenario {
    std::string file;
    Json json;

    [[nodiscard]] std::string title() const;
    [[nodiscard]] model::Incident incident() const;
    [[nodiscard]] model::Signals signals() const;
};

// All *.json below the folder, in order of their paths; each holds an array of scenarios.
std::vector<Scenario> scenarios();

analysis::Detection detect(const model::Incident& incident, const model::Signals& signals);

// What does not hold, one line each; empty when all does.
std::vector<std::string> faults_of(const Scenario& scenario, const analysis::Detection& detection);

// Statements with parts that their evidence does not show, mechanisms without a read-only command,
// evidence that is missing: what must hold for any finding.
std::vector<std::string> faults_of_form(const analysis::Detection& detection);

std::string shown(const analysis::Finding& finding);

}  // namespace insight::test
