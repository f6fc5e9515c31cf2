// What of a report decides which runbook fits, and what a runbook could learn from it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/model/report.h"

namespace insight::agent::runbooks {

struct FoundCause {
    std::string cause_class;
    std::string kind;  // of the entity
    std::string name;
    double probability = 0;
    std::string statement;
    std::vector<std::string> evidence;
    std::string wrong_if;       // the observation that would overturn it
    std::string wrong_command;  // how to make it; may be empty
};

struct Advice {
    std::string statement;
    std::string command;
};

struct Subject {
    std::string incident;
    std::string title;
    base::Nanos opened_at = 0;
    bool found = false;                                      // the verdict names causes
    std::vector<std::map<std::string, std::string>> alerts;  // their labels
    std::vector<FoundCause> causes;                          // most probable first
    std::set<std::string> services;
    std::vector<Advice> advice;
};

Subject subject_of(const model::Report& report);
// From the public shape of a report; missing keys leave their part empty.
Subject subject_of(const base::Json& report);

}  // namespace insight::agent::runbooks
