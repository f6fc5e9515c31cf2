// Rules over collected database state. Each looks at one instance and may add findings.
#pragma once

#include <span>
#include <vector>

#include "analysis/databases/rows.h"
#include "analysis/sight.h"

namespace insight::analysis::databases {

struct Context {
    const Instance& instance;
    const model::Window& window;
    const std::vector<model::Change>& changes;
    EvidenceBook& evidence;
    std::vector<Finding>& findings;
};

using Rule = void (*)(Context&);

// PostgreSQL
void blocking_tree(Context& context);          // sessions that wait for another session's lock
void connection_saturation(Context& context);  // (nearly) all connections in use, and by whom
void long_transactions(Context& context);      // open for long without blocking anybody yet
void lost_index(Context& context);             // an index went away and its table is read in full
void slower_statements(Context& context);      // a statement takes longer than it used to

// Redis
void memory_eviction(Context& context);    // the memory limit is reached: keys go, or writes fail
void client_saturation(Context& context);  // connections refused at maxclients

// The rules for a system, in a fixed order; empty for a system without any.
std::span<const Rule> rules_for(std::string_view system);

// The family as a Detector: every rule over every instance.
void find_clues(const Sight& sight, Detection& into);

}  // namespace insight::analysis::databases
