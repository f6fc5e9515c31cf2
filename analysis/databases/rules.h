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

// Neo4j
void neo4j_blocking(Context& context);      // transactions that wait for another one's lock
void neo4j_lost_index(Context& context);    // an index went away and a query reads without it
void neo4j_long_queries(Context& context);  // queries and transactions that go on for long
void neo4j_databases(Context& context);     // a database that should be online is not
void neo4j_indexes(Context& context);       // an index that failed, or is still being built
void neo4j_memory(Context& context);        // heap, or what transactions may have of it, runs out
void neo4j_page_cache(Context& context);    // the page cache misses more than it used to

// The rules for a system, in a fixed order; empty for a system without any.
std::span<const Rule> rules_for(std::string_view system);

// The family as a Detector: every rule over every instance.
void find_clues(const Sight& sight, Detection& into);

}  // namespace insight::analysis::databases
